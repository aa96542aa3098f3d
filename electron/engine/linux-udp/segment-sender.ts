import type { Endpoint } from "../../wireguard/seam.ts";
import { ADDRESS_ROOM, writeAddress } from "./socket-address.ts";
import type { SystemCalls } from "./system-calls.ts";

/** struct msghdr. */
const HEADER = { length: 56, name: 0, nameLength: 8, iov: 16, iovCount: 24, control: 32, controlLength: 40 } as const;
const IOVEC_LENGTH = 16;
/** struct cmsghdr with the 16 bits of UDP_SEGMENT behind it. */
const CONTROL = { length: 24, dataLength: 18, level: 8, type: 12, data: 16 } as const;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;

/** Addresses are written in two halves. */
const WORD = 2 ** 32;

/** Datagrams of one call; the kernel allows 64. More at once fill the receiver's buffer, which is often some 200 KiB. */
const MOST_SEGMENTS = 32;
/** What fits in one IP packet, headers of both families off. */
const MOST_BYTES = 65_000;
/** Shorter ones are acknowledgements, keystrokes and control: they come alone and are sent at once. */
const LEAST_BYTES = 512;
const LARGEST_PORT = 65_535;

/** Nothing against this way of sending: the system has no room just now. */
const PASSING = new Set(["EAGAIN", "ENOBUFS", "ENOMEM", "EINTR"]);
/** After any other refusal so many bursts to that place go one by one: its path may be narrower, or change again (udp(7)). */
const BURSTS_WITHOUT = 1_000;
const MOST_REFUSED = 64;

export interface SegmentSenderOptions {
  readonly calls: SystemCalls;
  readonly fd: number;
  /** Where runs lie: they are sent from there. */
  readonly memory: Uint8Array<ArrayBuffer>;
  /** Sends one datagram by itself; the memory holds during the call. */
  sendOne(datagram: Uint8Array, to: Endpoint): void;
  /** The system took what it was asked to send to that place. */
  onTaken?(to: Endpoint): void;
}

/** What became of a datagram by itself: the system took it, refused it, or was not asked at all. */
export type Alone = "sent" | "refused" | "not-asked";

/**
 * Gathers long datagrams of one length to one place, and sends them in one call at the end of the callback or task that made
 * them; the kernel parts them again (UDP_SEGMENT, udp(7)). Whatever cannot go like this goes one by one, in order.
 */
export class SegmentSender {
  readonly #options: SegmentSenderOptions;
  readonly #staged = new Uint8Array(new ArrayBuffer(MOST_BYTES));
  readonly #message: Message;
  readonly #stagedAt: number;
  readonly #memoryAt: number;
  #to: Endpoint | undefined;
  /** The last place that was found to be one for these calls. */
  #plain: Endpoint | undefined;
  #segment = 0;
  #count = 0;
  #length = 0;
  #isFlushDue = false;
  #isOff = false;
  /** Places that refuse bursts, and how many more are not tried. */
  readonly #refused = new Map<Endpoint, number>();
  /** Bursts that the system refused, so that they went one by one. */
  refusals = 0;

  constructor(options: SegmentSenderOptions) {
    this.#options = options;
    const { calls, memory } = options;
    this.#message = new Message(calls);
    this.#stagedAt = calls.addressOf(this.#staged.buffer);
    this.#memoryAt = calls.addressOf(memory.buffer);
  }

  /**
   * Sends a short datagram at once, cheaper than Node by what it makes of a send; `take` is for those that the system was not asked
   * about, and one that it refused is left to the caller.
   */
  sendAlone(datagram: Uint8Array, to: Endpoint): Alone {
    // Behind others it may be the end of their burst.
    if (this.#count > 0 || datagram.length >= LEAST_BYTES || !this.#serves(to)) return "not-asked";
    this.#staged.set(datagram);
    if (!this.#message.send(this.#options.fd, to, this.#stagedAt, datagram.length, 0)) return "refused";
    this.#options.onTaken?.(to);
    return "sent";
  }

  /** Copies the datagram and sees to it; false leaves it to the caller, and everything before it has been sent. */
  take(datagram: Uint8Array, to: Endpoint): boolean {
    const { length } = datagram;
    // An empty one at the end of others would be none at all.
    const fits = to === this.#to && length > 0 && length <= this.#segment && this.#length + length <= MOST_BYTES;
    if (this.#count > 0 && !fits) this.flush();
    if (this.#count === 0) {
      if (length < LEAST_BYTES || length > MOST_BYTES || !this.#serves(to)) return false;
      this.#to = to;
      this.#segment = length;
    }
    this.#staged.set(datagram, this.#length);
    this.#length += length;
    this.#count += 1;
    // Only the last may be shorter.
    if (length < this.#segment || this.#count === MOST_SEGMENTS) this.flush();
    else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      queueMicrotask(this.#flushWhenDue);
    }
    return true;
  }

  /**
   * Sends datagrams of `length` bytes, one behind the other, from where they are, after everything before them. False leaves them to
   * the caller: what lies elsewhere, is short, or comes alone.
   */
  sendRun(run: Uint8Array, length: number, to: Endpoint): boolean {
    const isFit =
      length >= LEAST_BYTES && run.length > length && run.length <= Math.min(MOST_BYTES, MOST_SEGMENTS * length);
    if (!isFit || !this.#serves(to) || run.buffer !== this.#options.memory.buffer) return false;
    this.flush();
    if (!this.#mayTry(to) || !this.#sendTogether(to, this.#memoryAt + run.byteOffset, run.length, length))
      this.#sendEach(run, length, to);
    return true;
  }

  flush(): void {
    const to = this.#to;
    if (this.#count === 0 || to === undefined) return;
    if (this.#count === 1 || !this.#mayTry(to) || !this.#sendTogether(to, this.#stagedAt, this.#length, this.#segment))
      this.#sendEach(this.#staged.subarray(0, this.#length), this.#segment, to);
    this.#count = 0;
    this.#length = 0;
  }

  /** Whether the calls can be given the place: not with a zone, nor a port that is none. */
  #serves(to: Endpoint): boolean {
    if (this.#isOff) return false;
    if (to === this.#plain) return true;
    if (to.host.includes("%") || !(to.port > 0 && to.port <= LARGEST_PORT)) return false;
    this.#plain = to;
    return true;
  }

  #mayTry(to: Endpoint): boolean {
    const left = this.#refused.get(to);
    if (left === undefined) return true;
    if (left > 1) this.#refused.set(to, left - 1);
    else this.#refused.delete(to);
    return false;
  }

  #sendTogether(to: Endpoint, at: number, length: number, segment: number): boolean {
    if (this.#message.send(this.#options.fd, to, at, length, segment)) {
      this.#options.onTaken?.(to);
      return true;
    }
    this.refusals++;
    if (PASSING.has(this.#options.calls.lastError())) return false;
    if (this.#refused.size >= MOST_REFUSED) this.#refused.clear();
    this.#refused.set(to, BURSTS_WITHOUT);
    return false;
  }

  /** Before the socket closes: what waits goes, as it would have without waiting. */
  dispose(): void {
    this.flush();
    this.#isOff = true;
  }

  readonly #flushWhenDue = (): void => {
    this.#isFlushDue = false;
    this.flush();
  };

  #sendEach(run: Uint8Array, length: number, to: Endpoint): void {
    for (let at = 0; at < run.length; at += length) this.#options.sendOne(run.subarray(at, at + length), to);
  }
}

/** The header of sendmsg(2) with what it points to. */
class Message {
  readonly #calls: SystemCalls;
  readonly #headerAt: number;
  readonly #header = new DataView(new ArrayBuffer(HEADER.length));
  readonly #vector = new DataView(new ArrayBuffer(IOVEC_LENGTH));
  readonly #control = new DataView(new ArrayBuffer(CONTROL.length));
  readonly #address = new DataView(new ArrayBuffer(ADDRESS_ROOM));
  #to: Endpoint | undefined;

  constructor(calls: SystemCalls) {
    this.#calls = calls;
    this.#headerAt = calls.addressOf(this.#header.buffer);
    const write = (view: DataView, at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
    write(this.#header, HEADER.name, calls.addressOf(this.#address.buffer));
    write(this.#header, HEADER.iov, calls.addressOf(this.#vector.buffer));
    write(this.#header, HEADER.iovCount, 1);
    write(this.#header, HEADER.control, calls.addressOf(this.#control.buffer));
    write(this.#header, HEADER.controlLength, CONTROL.length);
    write(this.#control, 0, CONTROL.dataLength);
    this.#control.setInt32(CONTROL.level, SOL_UDP, true);
    this.#control.setInt32(CONTROL.type, UDP_SEGMENT, true);
  }

  /** Sends the `length` bytes at the address `at` in datagrams of `segment`, in one where that is 0; false when the system refuses. */
  send(fd: number, to: Endpoint, at: number, length: number, segment: number): boolean {
    if (to !== this.#to) {
      this.#to = to;
      this.#header.setUint32(HEADER.nameLength, writeAddress(this.#address, 0, to.address, to.port), true);
    }
    this.#vector.setUint32(0, at % WORD, true);
    this.#vector.setUint32(4, Math.floor(at / WORD), true);
    this.#vector.setUint32(8, length, true);
    this.#header.setUint32(HEADER.controlLength, segment === 0 ? 0 : CONTROL.length, true);
    this.#control.setUint16(CONTROL.data, segment, true);
    return this.#calls.sendMessage(fd, this.#headerAt) >= 0;
  }
}
