import { CulvertError } from "../base/errors.ts";
import { TimerNode, type Timers } from "../base/timer-wheel.ts";
import {
  COLD_GAPS_MS,
  COLD_JITTER_MS,
  ERASE_AFTER_MS,
  JITTER_MS,
  KEEPALIVE_TIMEOUT_MS,
  MOST_CALLING_MS,
  MOST_RETRIES,
  NEW_HANDSHAKE_AFTER_MS,
  REKEY_TIMEOUT_MS,
} from "./constants.ts";

/**
 * The timers of one peer (WireGuard paper sections 6.1 to 6.5): one method for each event that happened, one expiry for
 * each timer. A deadline of Infinity is a timer that is off.
 */

const OFF = Number.POSITIVE_INFINITY;
const SECOND_MS = 1000;
const MOST_PERSISTENT_SECONDS = 65_535;

/** What an expiry asks of the peer. */
export interface TimerActions {
  /** No answer to the last initiation: another one, which counts as a retry. */
  retryHandshake(now: number): void;
  /** No answer for Rekey-Attempt-Time: what waits is dropped (W07). */
  giveUp(now: number): void;
  /** A new handshake because nothing authentic comes back (W27). */
  renewHandshake(now: number): void;
  sendKeepalive(now: number): void;
  /** Nothing was agreed for so long that all secrets are erased (W25). */
  eraseKeys(now: number): void;
}

export class PeerTimers {
  readonly #actions: TimerActions;
  /** A number in [0, 1), drawn for each handshake timer. */
  readonly #random: () => number;
  /** Those of all peers, and our place among them. */
  readonly #all: Timers<PeerTimers>;
  readonly #node = new TimerNode<PeerTimers>(this);

  #retryAt = OFF;
  #keepaliveAt = OFF;
  #newHandshakeAt = OFF;
  #eraseAt = OFF;
  #persistentAt = OFF;
  /** More data came while a keepalive was already due: another round follows it (W26). */
  #anotherKeepalive = false;
  /** Retries since somebody last wanted a handshake. */
  #retries = 0;
  /** When the first initiation since then went out. */
  #callingSince: number | undefined;
  /** The place in COLD_GAPS_MS; past its end the paper's interval holds. */
  #coldStep = COLD_GAPS_MS.length;
  /** A response has put the next initiation off already: old calls, repeated by whoever has them, would do so for ever. */
  #heldBack = false;
  #persistentMs = 0;
  /** Drawn once per session, because the timer that it delays is set anew for every other packet. */
  #sessionJitter = 0;

  constructor(actions: TimerActions, random: () => number, all: Timers<PeerTimers>) {
    this.#actions = actions;
    this.#random = random;
    this.#all = all;
  }

  get persistentKeepaliveSeconds(): number {
    return this.#persistentMs / SECOND_MS;
  }

  /** An initiation is out, or will be. */
  get isCalling(): boolean {
    return this.#retryAt !== OFF;
  }

  get isCold(): boolean {
    return this.#coldStep < COLD_GAPS_MS.length;
  }

  /** Calling for so long that the next expiry gives up. */
  isOverdue(now: number): boolean {
    return this.#callingSince !== undefined && now - this.#callingSince >= MOST_CALLING_MS;
  }

  nextDeadline(): number {
    return Math.min(this.#retryAt, this.#keepaliveAt, this.#newHandshakeAt, this.#eraseAt, this.#persistentAt);
  }

  // Events

  /** A packet that is no keepalive went out. */
  dataSent(now: number): void {
    if (this.#newHandshakeAt === OFF)
      this.#newHandshakeAt = this.#arm(now + NEW_HANDSHAKE_AFTER_MS + this.#sessionJitter);
  }

  /** A packet that is no keepalive came in. */
  dataReceived(now: number): void {
    if (this.#keepaliveAt === OFF) this.#keepaliveAt = this.#arm(now + KEEPALIVE_TIMEOUT_MS);
    else this.#anotherKeepalive = true;
  }

  /** Any message went out, initiations included; not a response, which an old call may have asked for. */
  authenticSent(now: number): void {
    this.#keepaliveAt = OFF;
    this.#anotherKeepalive = false; // It answers all that came before; the implementations forget this.
    this.#restartPersistent(now);
  }

  /** Any authentic message came in, handshakes included. */
  authenticReceived(now: number): void {
    this.#newHandshakeAt = OFF;
    this.#restartPersistent(now);
  }

  /** Somebody wants a handshake: the count of retries starts anew (paper section 6.4). */
  handshakeWanted(): void {
    this.#retries = 0;
    this.#callingSince = undefined;
  }

  /** The next initiation is the first of a cold start. */
  coldStart(): void {
    this.#coldStep = 0;
  }

  initiationSent(now: number): void {
    this.#callingSince ??= now;
    this.#heldBack = false;
    this.authenticSent(now);
    const gap = COLD_GAPS_MS[this.#coldStep];
    const delay = gap === undefined ? REKEY_TIMEOUT_MS + this.#jitter() : gap + this.#random() * COLD_JITTER_MS;
    this.#retryAt = this.#arm(now + delay);
  }

  /** The first initiation of a cold start goes out then, whatever was planned. */
  coldStartAt(until: number): void {
    this.#coldStep = -1;
    this.#retryAt = this.#arm(until);
  }

  /** The limit of one in 5 s held an initiation back: without a timer it would be forgotten (W41). */
  initiationDeferred(until: number): void {
    if (this.#retryAt === OFF) this.#retryAt = this.#arm(until + this.#jitter());
  }

  /** The peer is there, by a packet under a key that works: the next initiation waits as the paper says. */
  peerIsThere(now: number): void {
    if (!this.isCold) return;
    this.#coldStep = COLD_GAPS_MS.length;
    if (this.isCalling) this.#retryAt = this.#arm(now + REKEY_TIMEOUT_MS + this.#jitter());
  }

  /**
   * An initiation was answered. It counts for the limit of one in 5 s as one of ours does (W08), but it may be an old one
   * (peer-place.ts), so it puts off each of ours once, a cold start's by its first gap alone, and the erasure of keys never.
   */
  responseSent(now: number): void {
    if (this.#eraseAt === OFF) this.#eraseAt = this.#arm(now + ERASE_AFTER_MS);
    if (!this.isCalling || this.#heldBack) return;
    this.#heldBack = true;
    const gap = this.isCold ? COLD_GAPS_MS[0]! : REKEY_TIMEOUT_MS + this.#jitter();
    this.#retryAt = this.#arm(Math.max(this.#retryAt, now + gap));
  }

  handshakeComplete(): void {
    this.#retryAt = OFF;
    this.handshakeWanted();
    this.#coldStep = COLD_GAPS_MS.length;
  }

  /** A session that the peer has proved to share. */
  sessionDerived(now: number): void {
    this.#sessionJitter = this.#jitter();
    this.#eraseAt = this.#arm(now + ERASE_AFTER_MS);
  }

  /** 0 turns it off. */
  setPersistentKeepalive(seconds: number, now: number): void {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MOST_PERSISTENT_SECONDS)
      throw new CulvertError("config-invalid", `a persistent keepalive of ${seconds} s`);
    this.#persistentMs = seconds * SECOND_MS;
    this.#persistentAt = OFF;
    this.#restartPersistent(now);
  }

  /** For good. */
  stop(): void {
    this.#all.retire(this.#node);
    this.#retryAt = OFF;
    this.#keepaliveAt = OFF;
    this.#newHandshakeAt = OFF;
    this.#eraseAt = OFF;
    this.#persistentAt = OFF;
    this.#anotherKeepalive = false;
  }

  // Expiries

  fire(now: number): void {
    if (now >= this.#retryAt) this.#retryExpired(now);
    if (now >= this.#keepaliveAt) this.#keepaliveExpired(now);
    if (now >= this.#newHandshakeAt) this.#newHandshakeExpired(now);
    if (now >= this.#persistentAt) this.#persistentExpired(now);
    if (now >= this.#eraseAt) this.#eraseExpired(now);
  }

  #retryExpired(now: number): void {
    this.#retryAt = OFF;
    const isOverdue = this.isOverdue(now);
    if (!isOverdue && this.isCold && ++this.#coldStep < COLD_GAPS_MS.length) {
      // The quick ones before 5 s do not count: a cold start gives up when a warm one would.
      this.#actions.retryHandshake(now);
      return;
    }
    if (isOverdue || this.#retries > MOST_RETRIES) {
      this.#keepaliveAt = OFF;
      this.#anotherKeepalive = false;
      if (this.#eraseAt === OFF) this.#eraseAt = this.#arm(now + ERASE_AFTER_MS);
      this.#actions.giveUp(now);
      return;
    }
    this.#retries++;
    this.#actions.retryHandshake(now);
  }

  #keepaliveExpired(now: number): void {
    const another = this.#anotherKeepalive;
    this.#keepaliveAt = OFF;
    this.#anotherKeepalive = false;
    this.#actions.sendKeepalive(now);
    if (another) this.#keepaliveAt = this.#arm(now + KEEPALIVE_TIMEOUT_MS);
  }

  #newHandshakeExpired(now: number): void {
    this.#newHandshakeAt = OFF;
    this.#actions.renewHandshake(now);
  }

  #persistentExpired(now: number): void {
    this.#persistentAt = OFF;
    this.#restartPersistent(now);
    this.#actions.sendKeepalive(now);
  }

  #eraseExpired(now: number): void {
    this.#eraseAt = OFF;
    this.#actions.eraseKeys(now);
  }

  #restartPersistent(now: number): void {
    if (this.#persistentMs > 0) this.#persistentAt = this.#arm(now + this.#persistentMs);
  }

  #jitter(): number {
    return this.#random() * JITTER_MS;
  }

  #arm(deadline: number): number {
    if (deadline < this.#node.deadline) this.#all.bringForward(this.#node, deadline);
    return deadline;
  }
}
