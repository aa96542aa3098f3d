/**
 * Where packets are built on their way out. The engine gives the slots of the cipher's memory (PacketSlots of crypto/ is
 * one of these), so that a packet is sealed and sent from where it was built.
 */
export interface PacketMemory {
  /** All slots. */
  readonly memory: Uint8Array;
  /** Bytes of a slot. */
  readonly slotLength: number;
  /** Where a free slot starts; undefined when all are taken. */
  acquire(): number | undefined;
  /** Where `runLength` bytes for packets one behind the other start; undefined when they are taken, or there are none. */
  acquireRun(): number | undefined;
  readonly runLength: number;
  /** Gives back what `acquire` or `acquireRun` returned. Whoever still needs the bytes holds the slot as well. */
  release(start: number): void;
  /** RFC 1071: the sum of memory[start, end) in 16-bit big-endian words, folded to 16 bits and not complemented. */
  internetSum(start: number, end: number): number;
  /** `runLength` bytes for the payloads of `repeatPacket`, one behind the other. */
  readonly payloads: Uint8Array;
  /**
   * Writes `count` packets behind the one at `start`, which stays as it is: each is like it, but has the next payload of
   * `payloads`, a counter that goes on by the payload's length, and the checksum that goes with both.
   */
  repeatPacket(start: number, count: number, packet: RepeatedPacket): void;
}

/** Lengths in bytes; places, even ones, count from the packet's beginning. */
export interface RepeatedPacket {
  /** Of everything in front of the payload. */
  readonly headerLength: number;
  readonly payloadLength: number;
  /** From one packet to the next. */
  readonly spacing: number;
  /** Of a 32-bit number. */
  readonly counterAt: number;
  /** Of an Internet checksum over that number, the payload, and maybe more. */
  readonly sumAt: number;
}
