import { createTransportCipher, TAG_LENGTH, type TransportCipher } from "../crypto/aead.ts";
import {
  REJECT_AFTER_MESSAGES_HIGH,
  REJECT_AFTER_MESSAGES_LOW,
  REJECT_AFTER_TIME_MS,
  REKEY_AFTER_MESSAGES_HIGH,
} from "./constants.ts";
import { DatagramViews } from "./datagram-views.ts";
import { DATA_HEADER_LENGTH, readU32, writeDataHeader } from "./messages.ts";
import { ReplayWindow } from "./replay-window.ts";

export interface SessionKeys {
  readonly sending: Uint8Array;
  readonly receiving: Uint8Array;
}

export interface SessionOptions {
  readonly localIndex: number;
  readonly remoteIndex: number;
  readonly role: "initiator" | "responder";
  readonly createdAt: number;
}

const MOST_LOW = 0xffff_ffff;
const views = new DatagramViews();

/** A pair of transport keys (paper section 5.4.5) with its counters. The counters' words are written by tests only. */
export class Session {
  readonly localIndex: number;
  readonly remoteIndex: number;
  readonly role: "initiator" | "responder";
  readonly createdAt: number;
  sendLow = 0;
  sendHigh = 0;
  readonly #sealer: TransportCipher;
  readonly #opener: TransportCipher;
  readonly #window = new ReplayWindow();
  #sendingVoid = false;

  /** Erases `keys`. */
  constructor(options: SessionOptions, keys: SessionKeys) {
    this.localIndex = options.localIndex;
    this.remoteIndex = options.remoteIndex;
    this.role = options.role;
    this.createdAt = options.createdAt;
    this.#sealer = createTransportCipher(keys.sending);
    this.#opener = createTransportCipher(keys.receiving);
    keys.sending.fill(0);
    keys.receiving.fill(0);
  }

  /** False once the key is too old (W24), used up (W21) or declared void. */
  maySend(now: number): boolean {
    return !this.#sendingVoid && this.mayReceive(now) && !isUsedUp(this.sendLow, this.sendHigh);
  }

  /** Whether `count` messages may go at once: not where counters need a closer look, which comes after 2^60, or carry. */
  maySendRun(count: number, now: number): boolean {
    return !this.hasSentMany && this.sendLow + count <= MOST_LOW && this.maySend(now);
  }

  mayReceive(now: number): boolean {
    return now - this.createdAt < REJECT_AFTER_TIME_MS;
  }

  /** Rekey-After-Messages, 2^60, on either side (W22). */
  get hasSentMany(): boolean {
    return this.sendHigh >= REKEY_AFTER_MESSAGES_HIGH;
  }

  /** From now on this key only receives: the private key changed (W43), or nobody knows how long we slept. */
  voidSending(): void {
    this.#sendingVoid = true;
  }

  /**
   * Seals the `length` bytes at `offset` where they stand, the header in front and the tag behind.
   * Returns the datagram, a view into `buffer` that holds until the next is sealed. Check `maySend` first.
   */
  seal(buffer: Uint8Array, offset: number, length: number): Uint8Array {
    const start = offset - DATA_HEADER_LENGTH;
    writeDataHeader(buffer, start, this.remoteIndex, this.sendLow, this.sendHigh);
    this.#sealer.seal(this.sendLow, this.sendHigh, buffer, offset, length);
    this.sendLow = (this.sendLow + 1) >>> 0;
    if (this.sendLow === 0) this.sendHigh++;
    return views.of(buffer, start, offset + length + TAG_LENGTH);
  }

  /**
   * As `seal` for `count` packets of `length` bytes, which are padded with zeros: the datagrams they become are `spacing` long, and
   * so far apart do they stand. Returns the datagrams, one behind the other, a view into `buffer`. Check `maySendRun` first.
   */
  sealRun(buffer: Uint8Array, offset: number, length: number, spacing: number, count: number): Uint8Array {
    const start = offset - DATA_HEADER_LENGTH;
    const end = start + count * spacing;
    const padded = spacing - DATA_HEADER_LENGTH - TAG_LENGTH;
    let low = this.sendLow;
    for (let at = start; at < end; at += spacing, low++) {
      writeDataHeader(buffer, at, this.remoteIndex, low, this.sendHigh);
      if (padded > length) buffer.fill(0, at + DATA_HEADER_LENGTH + length, at + DATA_HEADER_LENGTH + padded);
    }
    this.#sealer.sealRun(this.sendLow, this.sendHigh, buffer, offset, padded, spacing, count);
    this.sendLow = low;
    return buffer.subarray(start, end);
  }

  /**
   * Opens the data message of `length` bytes at `start` where it stands: the plaintext is then behind its header, without the
   * tag. Otherwise why not, and a message whose tag does not fit is left as it is.
   */
  open(
    buffer: Uint8Array,
    start: number,
    length: number,
  ): "opened" | "counter-exhausted" | "tag-mismatch" | "replayed" {
    const low = readU32(buffer, start + 8);
    const high = readU32(buffer, start + 12);
    if (isUsedUp(low, high)) return "counter-exhausted";
    if (!this.#opener.open(low, high, buffer, start + DATA_HEADER_LENGTH, length - DATA_HEADER_LENGTH))
      return "tag-mismatch";
    // Only an authentic counter may move the window (W20).
    return this.#window.accept(low, high) ? "opened" : "replayed";
  }

  erase(): void {
    this.#sealer.erase();
    this.#opener.erase();
    this.#sendingVoid = true;
  }
}

function isUsedUp(low: number, high: number): boolean {
  return high === REJECT_AFTER_MESSAGES_HIGH && low >= REJECT_AFTER_MESSAGES_LOW;
}
