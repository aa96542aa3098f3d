import type { Peer } from "../../wireguard/device.ts";
import { Silence } from "./silence.ts";

const NEVER = Number.POSITIVE_INFINITY;

type Initiate = (peer: Peer, now: number) => void;

/**
 * Peers that are reached over UDP alone. Nothing is to be chosen for them, but one that forgets us is noticed as soon as with
 * a race: it is called once when it leaves unanswered what asks for an answer. One that has nothing to answer is left alone.
 */
export class UdpPeers {
  readonly #initiate: Initiate;
  readonly #peers = new Map<Peer, UdpPeer>();
  /** Those that owe an answer, or were called for want of one. */
  readonly #watched = new Set<UdpPeer>();

  constructor(initiate: Initiate) {
    this.#initiate = initiate;
  }

  add(peer: Peer): void {
    this.#peers.set(peer, new UdpPeer(peer));
  }

  /** A packet that the far end answers went to it. */
  expectAnswer(peer: Peer, now: number): void {
    const known = this.#peers.get(peer);
    if (known === undefined) return;
    known.expectAnswer(now);
    this.#watched.add(known);
  }

  /** The device tries no longer to reach the peer. */
  gaveUp(peer: Peer): void {
    const known = this.#peers.get(peer);
    if (known === undefined) return;
    known.forget();
    this.#watched.delete(known);
  }

  /** True when one of them was heard that had been called for want of an answer. */
  endTurn(): boolean {
    let hasRecovered = false;
    for (const peer of this.#watched) {
      if (!peer.isCalled || !peer.notice()) continue;
      this.#watched.delete(peer);
      hasRecovered = true;
    }
    return hasRecovered;
  }

  tick(now: number): void {
    for (const peer of this.#watched) {
      if (now < peer.doubtAt()) continue;
      if (peer.notice()) {
        this.#watched.delete(peer);
      } else {
        peer.called();
        this.#initiate(peer.peer, now);
      }
    }
  }

  /** May be early: whether something was heard meanwhile is looked at then. */
  nextDeadline(): number {
    let earliest = NEVER;
    for (const peer of this.#watched) earliest = Math.min(earliest, peer.doubtAt());
    return earliest;
  }
}

class UdpPeer {
  readonly peer: Peer;
  isCalled = false;
  readonly #silence = new Silence();
  #heardAt: number | undefined;
  #packetsIn = 0;

  constructor(peer: Peer) {
    this.peer = peer;
  }

  expectAnswer(now: number): void {
    this.notice();
    this.#silence.expectAnswer(now);
  }

  /** True when something authentic came since this was last asked; an initiation, which may be an old one, is none. */
  notice(): boolean {
    const { lastReceivedAt, packetsIn } = this.peer.stats;
    if (lastReceivedAt === this.#heardAt) return false;
    this.#silence.heard(packetsIn !== this.#packetsIn);
    this.#heardAt = lastReceivedAt;
    this.#packetsIn = packetsIn;
    this.isCalled = false;
    return true;
  }

  /** Once called, the device goes on calling by itself. */
  doubtAt(): number {
    return this.isCalled ? NEVER : this.#silence.doubtAt(this.peer.stats.lastHandshakeRttMs);
  }

  called(): void {
    this.isCalled = true;
    this.#silence.doubted();
  }

  forget(): void {
    this.isCalled = false;
    this.#silence.forget();
  }
}
