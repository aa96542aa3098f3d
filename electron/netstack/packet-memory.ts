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
}
