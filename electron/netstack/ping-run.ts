/** Echo requests at an interval and what became of them, as ping(8) tells it. A core beside the stack it sends through. */
import { asCulvertError } from "../base/errors.ts";
import type { IpAddress } from "../base/ip-address.ts";
import type { ErrorCode } from "./error-code.ts";
import { PING_TIMEOUT_MS, type PingOptions, type PingReply } from "./ping.ts";

/** `sequence` counts from 1. */
export type PingEvent =
  | { readonly kind: "reply"; readonly sequence: number; readonly rttMs: number; readonly bytes: number }
  | { readonly kind: "duplicate"; readonly sequence: number; readonly rttMs: number }
  | { readonly kind: "silence"; readonly sequence: number }
  /** An ICMP error or one of our own; `meaning` in words. */
  | { readonly kind: "error"; readonly sequence: number; readonly code: ErrorCode; readonly meaning: string };

export interface PingStatistics {
  readonly sent: number;
  readonly received: number;
  /** Asked, not answered, and not waited for any more; errors count too. What still waits does not. */
  readonly lost: number;
  readonly errors: number;
  readonly duplicates: number;
  /** Of the first answers; undefined before the first one. `mdev` is the standard deviation. */
  readonly rtt: { readonly min: number; readonly avg: number; readonly max: number; readonly mdev: number } | undefined;
}

/** The part of a stack that is needed. */
export interface Echoing {
  ping(
    to: IpAddress,
    payloadLength: number,
    now: number,
    onReply: (reply: PingReply) => void,
    options?: PingOptions,
  ): void;
}

export interface PingRunOptions {
  readonly stack: Echoing;
  readonly target: IpAddress;
  /** Infinity for no end. */
  readonly count: number;
  readonly intervalMs: number;
  readonly payloadBytes: number;
  readonly timeoutMs?: number;
  onEvent(event: PingEvent): void;
  /** Called once: every request is answered or over, or `stop` was called. */
  onDone(): void;
}

export class PingRun {
  readonly #options: PingRunOptions;
  #nextAt: number;
  #sent = 0;
  #waiting = 0;
  #received = 0;
  #errors = 0;
  #duplicates = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  /** Welford's running mean and sum of squared differences. */
  #mean = 0;
  #squares = 0;
  #done = false;

  /** The first request leaves with the first `tick`, which is due at once. */
  constructor(options: PingRunOptions, now: number) {
    this.#options = options;
    this.#nextAt = now;
  }

  get statistics(): PingStatistics {
    const received = this.#received;
    const mdev = Math.sqrt(this.#squares / received);
    return {
      sent: this.#sent,
      received,
      lost: this.#sent - received - this.#waiting,
      errors: this.#errors,
      duplicates: this.#duplicates,
      rtt: received === 0 ? undefined : { min: this.#min, avg: this.#mean, max: this.#max, mdev },
    };
  }

  endTurn(_now: number): void {}

  tick(now: number): void {
    if (this.#done || now < this.#nextAt) return;
    this.#send(now);
    const { count, intervalMs } = this.#options;
    const next = this.#nextAt + intervalMs;
    // After a sleep the missed ones are not made up for.
    this.#nextAt = this.#sent >= count ? Number.POSITIVE_INFINITY : next > now ? next : now + intervalMs;
  }

  nextDeadline(): number {
    return this.#done ? Number.POSITIVE_INFINITY : this.#nextAt;
  }

  stop(): void {
    if (this.#done) return;
    this.#done = true;
    this.#options.onDone();
  }

  #send(now: number): void {
    const { stack, target, payloadBytes, timeoutMs = PING_TIMEOUT_MS } = this.#options;
    const sequence = ++this.#sent;
    this.#waiting++;
    const onDuplicate = (rttMs: number): void => {
      if (this.#done) return;
      this.#duplicates++;
      this.#options.onEvent({ kind: "duplicate", sequence, rttMs });
    };
    try {
      stack.ping(target, payloadBytes, now, (reply) => this.#settle(sequence, reply), { timeoutMs, onDuplicate });
    } catch (error) {
      const { code, message } = asCulvertError(error);
      this.#settle(sequence, { error: code, meaning: message });
    }
  }

  #settle(sequence: number, reply: PingReply): void {
    if (this.#done) return;
    this.#waiting--;
    if ("rttMs" in reply) {
      this.#count(reply.rttMs);
      this.#options.onEvent({ kind: "reply", sequence, rttMs: reply.rttMs, bytes: reply.bytes });
    } else if (reply.error === "connection-timeout") {
      this.#options.onEvent({ kind: "silence", sequence });
    } else {
      this.#errors++;
      this.#options.onEvent({ kind: "error", sequence, code: reply.error, meaning: reply.meaning ?? reply.error });
    }
    if (this.#waiting === 0 && this.#sent >= this.#options.count) this.stop();
  }

  #count(rttMs: number): void {
    this.#received++;
    this.#min = Math.min(this.#min, rttMs);
    this.#max = Math.max(this.#max, rttMs);
    const difference = rttMs - this.#mean;
    this.#mean += difference / this.#received;
    this.#squares += difference * (rttMs - this.#mean);
  }
}
