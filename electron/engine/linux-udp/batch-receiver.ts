import { ADDRESS_ROOM, readAddress, wordsOf } from "./socket-address.ts";
import type { SystemCalls } from "./system-calls.ts";

/** struct mmsghdr: a struct msghdr of 56 bytes, and the length that was received. */
const HEADER = { length: 64, name: 0, nameLength: 8, iov: 16, iovCount: 24, received: 56 } as const;
const IOVEC_LENGTH = 16;

/** Datagrams of one call. */
const BATCH = 64;
/** A datagram's room: the largest there is, and some more, so that their beginnings do not fall on the same lines of the cache. */
const ROOM = 65_536 + 1_600;

export interface Sender {
  readonly address: string;
  readonly port: number;
}

/**
 * Takes what waits at a socket in a few calls, where Node makes one system call, one buffer and one address for each datagram.
 * Node tells of the first of a burst; the rest is taken here at once, and Node finds nothing left. This needs that Node has
 * not read ahead: it hands each datagram on before it reads the next (libuv's recvmmsg needs more room than Node gives it).
 *
 * The memory belongs to the thread: nothing of it is used after the call that filled it.
 */
export class BatchReceiver {
  readonly #fill: Fill;
  readonly #memory: BatchMemory;
  #last: Sender | undefined;
  readonly #lastRaw = new Uint32Array(ADDRESS_ROOM / 4);

  constructor(calls: SystemCalls, fd: number) {
    this.#fill = (headers, count) => calls.receiveMany(fd, headers, count);
    memory ??= new BatchMemory(calls);
    this.#memory = memory;
  }

  /**
   * Gives each datagram that waits, `most` at most, to `take`, whose memory holds during the call; `take` answers whether to go on:
   * not when the socket was closed. Returns how many there were.
   */
  receive(take: (datagram: Uint8Array, from: Sender) => boolean, most: number): number {
    let taken = 0;
    while (taken < most) {
      const wanted = Math.min(BATCH, most - taken);
      const count = this.#memory.fill(this.#fill, wanted);
      for (let i = 0; i < count; i++) {
        taken++;
        if (!take(this.#memory.datagram(i), this.#sender(i))) return taken;
      }
      if (count < wanted) break;
    }
    return taken;
  }

  /** Mostly the one before, which is then the same object. */
  #sender(index: number): Sender {
    const words = this.#memory.addressWords;
    const at = (index * ADDRESS_ROOM) / 4;
    const count = wordsOf(words[at]!);
    let isSame = this.#last !== undefined;
    for (let i = 0; i < count && isSame; i++) isSame = words[at + i] === this.#lastRaw[i];
    if (this.#last !== undefined && isSame) return this.#last;
    for (let i = 0; i < count; i++) this.#lastRaw[i] = words[at + i]!;
    this.#last = readAddress(this.#memory.addresses, index * ADDRESS_ROOM);
    return this.#last;
  }
}

/** Answers how many it filled, or -1. */
type Fill = (headers: number, count: number) => number;

let memory: BatchMemory | undefined;

/** Headers, addresses and room for a batch. */
class BatchMemory {
  readonly #headersAt: number;
  readonly addresses = new DataView(new ArrayBuffer(BATCH * ADDRESS_ROOM));
  readonly addressWords = new Uint32Array(this.addresses.buffer);
  readonly #headers = new DataView(new ArrayBuffer(BATCH * HEADER.length));
  readonly #vectors = new DataView(new ArrayBuffer(BATCH * IOVEC_LENGTH));
  /** Pages that no datagram reaches are never touched, and take no memory. */
  readonly #room = new ArrayBuffer(BATCH * ROOM);
  readonly #headerWords = new Uint32Array(this.#headers.buffer);
  readonly #views: Uint8Array[] = [];
  #filled = 0;

  constructor(calls: SystemCalls) {
    const roomAt = calls.addressOf(this.#room);
    const vectorsAt = calls.addressOf(this.#vectors.buffer);
    const addressesAt = calls.addressOf(this.addresses.buffer);
    this.#headersAt = calls.addressOf(this.#headers.buffer);
    const write = (view: DataView, at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
    for (let i = 0; i < BATCH; i++) {
      const header = i * HEADER.length;
      const vector = i * IOVEC_LENGTH;
      write(this.#vectors, vector, roomAt + i * ROOM);
      write(this.#vectors, vector + 8, ROOM);
      write(this.#headers, header + HEADER.name, addressesAt + i * ADDRESS_ROOM);
      write(this.#headers, header + HEADER.nameLength, ADDRESS_ROOM);
      write(this.#headers, header + HEADER.iov, vectorsAt + vector);
      write(this.#headers, header + HEADER.iovCount, 1);
      this.#views.push(new Uint8Array(this.#room, i * ROOM, 0));
    }
  }

  /** How many of `count` `receive` has filled, which is given the headers' address. */
  fill(receive: Fill, count: number): number {
    // The kernel has written how long the addresses are, and would take that for their room.
    for (let i = 0; i < this.#filled; i++)
      this.#headerWords[(i * HEADER.length + HEADER.nameLength) / 4] = ADDRESS_ROOM;
    this.#filled = Math.max(0, receive(this.#headersAt, count));
    return this.#filled;
  }

  /** What was received there; a view that is kept while lengths stay the same. */
  datagram(index: number): Uint8Array {
    const length = this.#headerWords[(index * HEADER.length + HEADER.received) / 4]!;
    const kept = this.#views[index];
    if (kept?.length === length) return kept;
    const view = new Uint8Array(this.#room, index * ROOM, length);
    this.#views[index] = view;
    return view;
  }
}
