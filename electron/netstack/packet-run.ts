import type { PacketMemory } from "./packet-memory.ts";

/** What takes several packets of one length to one place at once. */
export interface RunSink {
  /** How far apart packets of `length` bytes are to stand. */
  spacing(length: number): number;
  /** `count` IP packets of `length` bytes, the first at `offset` of `buffer`; else as `StackOptions.sendPacket`. */
  send(buffer: Uint8Array, offset: number, length: number, count: number): void;
}

/** More at once fill the receiver's buffer, which is often some 200 KiB. */
const MOST_PACKETS = 32;

/**
 * Packets of one length to one place, built one behind the other, so that what is below decides once for all of them. Nothing
 * else may be sent while one is open: `flush` comes first.
 */
export class PacketRun {
  readonly #packets: PacketMemory;
  readonly #sink: RunSink;
  readonly #payloadAt: number;
  readonly #tailroom: number;
  #isOpen = false;
  #key: object | undefined;
  #length = 0;
  #start = 0;
  #spacing = 0;
  #most = 0;
  #count = 0;
  #firstAt = 0;
  #packetLength = 0;
  /** Of the payloads' room, by place: as a rule they are those of the run before. */
  readonly #views: (Uint8Array | undefined)[] = new Array(MOST_PACKETS).fill(undefined);

  /** `headroom` and the room for an IP header are kept free in front of a payload, `tailroom` behind the last one. */
  constructor(packets: PacketMemory, sink: RunSink, payloadAt: number, tailroom: number) {
    this.#packets = packets;
    this.#sink = sink;
    this.#payloadAt = payloadAt;
    this.#tailroom = tailroom;
  }

  /**
   * Where the next payload of `length` bytes to `key` goes; undefined when there is no room for more than one. `headerLength` is
   * that of the IP header. What is open for another length or place is sent first.
   */
  begin(key: object, headerLength: number, length: number): Uint8Array | undefined {
    if (this.#count > 0 && (key !== this.#key || length !== this.#length)) this.flush();
    if (this.#count === 0 && !this.#open(key, headerLength, length)) return undefined;
    const at = this.payloadAt;
    const known = this.#views[this.#count];
    if (known !== undefined) return known;
    const view = this.#packets.memory.subarray(at, at + length);
    this.#views[this.#count] = view;
    return view;
  }

  /** Of the payload that was begun last. */
  get payloadAt(): number {
    return this.#start + this.#payloadAt + this.#count * this.#spacing;
  }

  /** The payload that was begun last is a packet of `length` bytes at `offset` now. */
  add(offset: number, length: number): void {
    if (this.#count === 0) {
      this.#firstAt = offset;
      this.#packetLength = length;
    }
    this.#count++;
    if (this.#count === this.#most) this.flush();
  }

  /** How many more packets like the one added last have room; none after a run has gone. */
  get room(): number {
    return this.#count === 0 ? 0 : this.#most - this.#count;
  }

  /**
   * Adds `count` packets like the one added last (`PacketMemory.repeatPacket`). Lengths and places are those behind the IP header:
   * of a header of `headerLength` bytes in front of the payload.
   */
  repeat(count: number, headerLength: number, counterAt: number, sumAt: number): void {
    const ipHeader = this.#packetLength - this.#length;
    const last = this.#firstAt + (this.#count - 1) * this.#spacing;
    this.#packets.repeatPacket(last, count, {
      headerLength: ipHeader + headerLength,
      payloadLength: this.#length - headerLength,
      spacing: this.#spacing,
      counterAt: ipHeader + counterAt,
      sumAt: ipHeader + sumAt,
    });
    this.#count += count;
    if (this.#count === this.#most) this.flush();
  }

  get packetLength(): number {
    return this.#packetLength;
  }

  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    this.#sink.send(this.#packets.memory, this.#firstAt, this.#packetLength, count);
    this.#packets.release(this.#start);
    this.#isOpen = false;
  }

  #open(key: object, headerLength: number, length: number): boolean {
    const packetLength = headerLength + length;
    const spacing = this.#sink.spacing(packetLength);
    const room = this.#packets.runLength - this.#payloadAt - length - this.#tailroom;
    const most = Math.min(MOST_PACKETS, 1 + Math.floor(room / spacing));
    if (most < 2) return false;
    if (!this.#isOpen) {
      const start = this.#packets.acquireRun();
      if (start === undefined) return false;
      this.#isOpen = true;
      this.#start = start;
    }
    if (length !== this.#length || spacing !== this.#spacing) this.#views.fill(undefined);
    this.#key = key;
    this.#length = length;
    this.#spacing = spacing;
    this.#most = most;
    return true;
  }
}
