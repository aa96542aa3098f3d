/** Echo requests of ours and their answers: RFC 792, RFC 4443 section 4. */
import { CulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { AddressTable } from "./address-table.ts";
import type { ErrorCode } from "./error-code.ts";
import { type IpOutput, MOST_PAYLOAD } from "./ip-output.ts";
import { pseudoHeaderSum } from "./wire/checksum.ts";
import { emitIcmp, ICMP_HEADER } from "./wire/icmp.ts";
import * as icmpv4 from "./wire/icmpv4.ts";
import * as icmpv6 from "./wire/icmpv6.ts";
import { ICMPV4, ICMPV6 } from "./wire/protocols.ts";

export type PingReply =
  /** `bytes` of data came back. */
  | { readonly sequence: number; readonly rttMs: number; readonly bytes: number }
  /** `meaning` is an ICMP error's, in words. */
  | { readonly error: ErrorCode; readonly meaning?: string };

export interface PingOptions {
  readonly timeoutMs?: number;
  /** The same answer again, until the time is over; without it a second one is dropped as unasked. */
  readonly onDuplicate?: (rttMs: number) => void;
}

export const PING_TIMEOUT_MS = 5_000;
/** Our tuning: no user waits for more, and the sequence number has 16 bits. */
const MOST_PENDING = 4_096;

interface Pending {
  readonly target: IpAddress;
  readonly sentAt: number;
  readonly deadline: number;
  readonly onReply: (reply: PingReply) => void;
  readonly onDuplicate: ((rttMs: number) => void) | undefined;
  answered: boolean;
}

export class Pinger {
  readonly #addresses: AddressTable;
  readonly #output: IpOutput;
  readonly #identifier: number;
  readonly #pending = new Map<number, Pending>();
  #sequence = 0;
  /** No deadline is earlier. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(addresses: AddressTable, output: IpOutput, random: (length: number) => Uint8Array) {
    this.#addresses = addresses;
    this.#output = output;
    const drawn = random(2);
    this.#identifier = (drawn[0]! << 8) | drawn[1]!;
  }

  send(
    target: IpAddress,
    payloadLength: number,
    now: number,
    onReply: (reply: PingReply) => void,
    { timeoutMs = PING_TIMEOUT_MS, onDuplicate }: PingOptions,
  ): void {
    const local = this.#addresses.sourceFor(target);
    if (local === undefined) throw new CulvertError("host-unreachable", target.text);
    if (payloadLength > MOST_PAYLOAD - ICMP_HEADER)
      throw new CulvertError("internal", `no echo request holds ${payloadLength} bytes`);
    if (this.#pending.size >= MOST_PENDING) throw new CulvertError("internal", "too many echo requests at once");
    do this.#sequence = (this.#sequence + 1) & 0xffff;
    while (this.#pending.has(this.#sequence));
    const deadline = now + timeoutMs;
    this.#pending.set(this.#sequence, { target, sentAt: now, deadline, onReply, onDuplicate, answered: false });
    this.#earliest = Math.min(this.#earliest, deadline);

    const body = new Uint8Array(payloadLength);
    for (let i = 0; i < payloadLength; i++) body[i] = i;
    const word = this.#identifier * 0x10000 + this.#sequence;
    const room = this.#output.beginDatagram(target, ICMP_HEADER + payloadLength, now);
    if (target.version === 4) {
      emitIcmp(room, { type: icmpv4.ECHO_REQUEST, code: 0, word, body }, 0);
      this.#output.commitDatagram(local, target, ICMPV4, room, now);
    } else {
      const pseudoSum = pseudoHeaderSum(local.bytes, target.bytes, ICMPV6, room.length);
      emitIcmp(room, { type: icmpv6.ECHO_REQUEST, code: 0, word, body }, pseudoSum);
      this.#output.commitDatagram(local, target, ICMPV6, room, now);
    }
  }

  /** An echo's word and the remote it came from or was sent to belong to a request that waits. */
  isPending(word: number, remote: IpAddress): boolean {
    return word >>> 16 === this.#identifier && this.#pending.get(word & 0xffff)?.target.text === remote.text;
  }

  /** False when nothing waits for this answer. */
  onReply(word: number, remote: IpAddress, bytes: number, now: number): boolean {
    if (!this.isPending(word, remote)) return false;
    const sequence = word & 0xffff;
    const pending = this.#pending.get(sequence)!;
    const rttMs = now - pending.sentAt;
    if (pending.onDuplicate === undefined) this.#pending.delete(sequence);
    if (pending.answered) pending.onDuplicate?.(rttMs);
    else {
      pending.answered = true;
      pending.onReply({ sequence, rttMs, bytes });
    }
    return true;
  }

  onError(word: number, remote: IpAddress, error: ErrorCode, meaning: string): boolean {
    if (!this.isPending(word, remote)) return false;
    const pending = this.#pending.get(word & 0xffff)!;
    // The answer counts, whatever somebody says about the question later.
    if (pending.answered) return false;
    this.#pending.delete(word & 0xffff);
    pending.onReply({ error, meaning });
    return true;
  }

  tick(now: number): void {
    if (now < this.#earliest) return;
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const [sequence, { deadline, onReply, answered }] of this.#pending) {
      if (now >= deadline) {
        this.#pending.delete(sequence);
        if (!answered) onReply({ error: "connection-timeout" });
      } else {
        this.#earliest = Math.min(this.#earliest, deadline);
      }
    }
  }

  nextDeadline(): number {
    return this.#earliest;
  }

  dispose(): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const { onReply, answered } of pending) if (!answered) onReply({ error: "cancelled" });
  }
}
