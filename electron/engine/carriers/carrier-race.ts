import { MessageType } from "../../wireguard/messages.ts";
import type { Endpoint } from "../../wireguard/seam.ts";
import type { CarrierChoice, CarrierMemory, CarrierName, StreamCarrier } from "./carrier.ts";
import { patience, Silence } from "./silence.ts";

/**
 * Which carrier takes a gateway's datagrams. One of these stands between the device and the carriers for each peer that can
 * be reached in both ways. A carrier wins when a handshake is completed over it, which proves both directions: by the peer's
 * response, or by its first packet under a session whose initiation we answered. That initiation alone proves nothing, for
 * it may be a recorded one. From then on everything is sent over the winner, wherever the device believes the peer to be:
 * single late packets of the other carrier must not move the tunnel to and fro. The peer itself roams to where it hears us.
 *
 * Two copies of one initiation would not do for a race: the peer answers the first and drops the second as a replay, and if
 * it is the answers that are blocked, the first copy spoils the second for good. So what opens a carrier's chance is an
 * initiation of its own.
 */

export interface CarrierRaceOptions {
  readonly choice: CarrierChoice;
  readonly gatewayHost: string;
  readonly udp: Endpoint;
  readonly websocket: Endpoint;
  readonly stream: StreamCarrier;
  readonly memory: CarrierMemory;
  /** What the device knows of the peer. */
  readonly peer: RacePeer;
  sendUdp(datagram: Uint8Array, to: Endpoint): void;
  /**
   * A handshake at once, past the limit of one in 5 s: `send` is called within, with the initiation. A call that goes on is
   * given up no later for it (W07).
   */
  initiate(now: number): void;
  /** A carrier won. After silence packets were lost, and what waits for a backed-off timer may be tried at once. */
  onSettled(carrier: CarrierName, afterSilence: boolean): void;
}

export interface RacePeer {
  readonly stats: {
    /** Grows with every authentic datagram. */
    readonly bytesIn: number;
    readonly packetsIn: number;
    /** Initiations of the peer as well. */
    readonly handshakesReceived: number;
    readonly handshakesCompleted: number;
    readonly lastHandshakeRttMs: number | undefined;
  };
}

/** How long UDP has the field to itself. */
export const UDP_HEAD_START_MS = 1_500;
/** What UDP gets to answer a doubt before the WebSocket is connected. */
export const DOUBT_MS = 200;
/** When UDP is tried again while the WebSocket serves: soon, because the cut may have been short, and then less and less. */
export const FIRST_UDP_RETRY_MS = 15_000;
export const LAST_UDP_RETRY_MS = 240_000;
/** How long such a try waits for its answer. */
export const UDP_TRY_MS = 1_000;
/** What the gateway sent over the WebSocket before UDP won may still be on its way. */
export const STREAM_LINGER_MS = 10_000;
/** A WebSocket that is silent for so long in a race is connected anew; twice as long each time, as one race goes on. */
export const STREAM_STALL_MS = 5_000;
const LAST_STREAM_STALL_MS = 60_000;

const NEVER = Number.POSITIVE_INFINITY;

type State =
  /** Nothing is wanted of the gateway. */
  | { readonly kind: "idle" }
  /** Nobody has answered yet, or the carrier in use has fallen silent. */
  | {
      readonly kind: "racing";
      udpAt: number;
      streamAt: number;
      stallAt: number;
      stallMs: number;
      initiations: number;
    }
  | { readonly kind: "settled"; retryUdpAt: number; tryEndsAt: number; stopStreamAt: number };

export class CarrierRace {
  readonly #options: CarrierRaceOptions;
  #choice: CarrierChoice;
  #state: State = { kind: "idle" };
  /** In use, or last in use. */
  #carrier: CarrierName;
  /** Where the peer was last heard over UDP. */
  #udp: Endpoint;
  /** Where its name says it is. */
  #namedUdp: Endpoint;
  /** Initiations over UDP since a handshake was completed there. */
  #unansweredUdp = 0;
  #silence = new Silence();
  #udpRetryMs = FIRST_UDP_RETRY_MS;
  /** The initiation that `initiate` makes goes over this carrier alone. */
  #directed: CarrierName | undefined;
  /** The datagram in hand, if there is one: kept and written over, as there is one for each. */
  readonly #arrival: { isHere: boolean; carrier: CarrierName; from: Endpoint; now: number };
  readonly #seen = { bytesIn: 0, packetsIn: 0, handshakesReceived: 0, handshakesCompleted: 0 };

  constructor(options: CarrierRaceOptions) {
    this.#options = options;
    this.#choice = options.choice;
    this.#carrier = options.choice === "websocket" ? "websocket" : "udp";
    this.#udp = options.udp;
    this.#namedUdp = options.udp;
    this.#arrival = { isHere: false, carrier: this.#carrier, from: options.udp, now: 0 };
  }

  /** In use, or to be tried first while nothing has been heard. */
  get carrier(): CarrierName {
    return this.#carrier;
  }

  /** Where the peer's packets are sent; the device's own endpoint of it says where it was last heard. */
  get place(): Endpoint {
    return this.#carrier === "udp" ? this.#udp : this.#options.websocket;
  }

  get isRacing(): boolean {
    return this.#state.kind === "racing";
  }

  /** The device's datagram for this peer. `asksForAnswer`: an inner packet that the far end will answer when it arrives. */
  send(datagram: Uint8Array, to: Endpoint, now: number, asksForAnswer: boolean): void {
    // The answer to a handshake goes out from within its receipt: the winner must be known by then.
    this.#noticeArrival();
    const type = datagram[0];
    if (type === MessageType.initiation) {
      this.#sendInitiation(datagram, now);
    } else if (type === MessageType.data) {
      const place = this.placeForData(now, asksForAnswer);
      if (place === undefined) this.#options.stream.send(datagram);
      else this.#options.sendUdp(datagram, place);
    } else if (to.key === this.#options.websocket.key) {
      this.#options.stream.send(datagram);
    } else {
      this.#options.sendUdp(datagram, to);
    }
  }

  /** Where data messages go over UDP now, `asksForAnswer` as for `send`; undefined while they go over the WebSocket. */
  placeForData(now: number, asksForAnswer: boolean): Endpoint | undefined {
    this.#noticeArrival();
    if (asksForAnswer) this.#silence.expectAnswer(now);
    return this.#carrier === "udp" ? this.#udp : undefined;
  }

  /** The gateway's name stands for another address now. */
  udpMoved(udp: Endpoint): void {
    this.#udp = udp;
    this.#namedUdp = udp;
    this.#unansweredUdp = 0;
  }

  /** Before the device is given what came over `carrier`. */
  arriving(carrier: CarrierName, from: Endpoint, now: number): void {
    // What was computed between two datagrams, at the end of a turn, is not this one's doing.
    this.#noticeArrival();
    const arrival = this.#arrival;
    arrival.isHere = true;
    arrival.carrier = carrier;
    arrival.from = from;
    arrival.now = now;
  }

  /** After the device was given it. */
  arrived(): void {
    this.#noticeArrival();
    this.#arrival.isHere = false;
  }

  /** The WebSocket is connected: it gets an initiation of its own when it is wanted. */
  streamOpened(now: number): void {
    if (this.#state.kind === "racing") this.#state.stallAt = now + this.#state.stallMs;
    const isNeeded = this.#state.kind === "racing" || (this.#state.kind === "settled" && this.#carrier === "websocket");
    // The gateway knows us by the connection that was lost; a handshake tells it of the new one and proves it.
    if (isNeeded && this.#choice !== "udp") this.#initiateOver("websocket", now);
  }

  /** The WebSocket was lost; it connects again by itself while it is wanted. */
  streamClosed(now: number): void {
    if (this.#choice !== "auto" || this.#state.kind !== "settled" || this.#carrier !== "websocket") return;
    this.#race(now, now);
    this.#initiateOver("udp", now);
  }

  /** Another network, or awake again: what was known of the carriers no longer counts. The device calls the peer next. */
  networkChanged(now: number): void {
    // Does nothing while it is not wanted.
    this.#options.stream.restart();
    if (this.#state.kind === "idle" || this.#choice !== "auto") return;
    this.#carrier = "udp";
    this.#silence = new Silence();
    this.#race(now, this.#streamStart(now));
  }

  /** A person rules a carrier out, or lets both in again. */
  choose(choice: CarrierChoice, now: number): void {
    if (choice === this.#choice) return;
    this.#choice = choice;
    if (choice === "udp") this.#options.stream.stop();
    if (choice !== "auto") this.#carrier = choice;
    if (this.#state.kind === "idle") return;
    this.#race(now, this.#streamStart(now));
    if (choice !== "websocket") this.#initiateOver("udp", now);
  }

  /** The device gives up on the peer: the WebSocket is not kept for nothing. */
  gaveUp(): void {
    this.#state = { kind: "idle" };
    this.#silence.forget();
    this.#options.stream.stop();
  }

  tick(now: number): void {
    const state = this.#state;
    if (state.kind === "racing") this.#tickRacing(state, now);
    if (state.kind === "settled") this.#tickSettled(state, now);
  }

  nextDeadline(): number {
    const state = this.#state;
    switch (state.kind) {
      case "idle":
        return NEVER;
      case "racing":
        return Math.min(state.udpAt, state.streamAt, state.stallAt);
      case "settled":
        return Math.min(state.retryUdpAt, state.tryEndsAt, state.stopStreamAt, this.#doubtAt());
    }
  }

  #tickRacing(state: State & { kind: "racing" }, now: number): void {
    const { stream } = this.#options;
    if (now >= state.udpAt) {
      state.udpAt = NEVER;
      this.#initiateOver("udp", now);
    }
    if (now >= state.streamAt) {
      state.streamAt = NEVER;
      stream.start();
      if (stream.isOpen) this.streamOpened(now);
    }
    if (now >= state.stallAt) {
      if (stream.isOpen) {
        state.stallMs = Math.min(state.stallMs * 2, LAST_STREAM_STALL_MS);
        stream.restart();
      }
      state.stallAt = now + state.stallMs;
    }
  }

  #tickSettled(state: State & { kind: "settled" }, now: number): void {
    if (now >= state.stopStreamAt) {
      state.stopStreamAt = NEVER;
      this.#options.stream.stop();
    }
    if (now >= state.retryUdpAt) {
      this.#udpRetryMs = Math.min(this.#udpRetryMs * 2, LAST_UDP_RETRY_MS);
      state.retryUdpAt = now + this.#udpRetryMs;
      state.tryEndsAt = now + this.#patience(UDP_TRY_MS);
      this.#initiateOver("udp", now);
    } else if (now >= state.tryEndsAt) {
      state.tryEndsAt = NEVER;
      // The gateway may have heard the try and answer into the void: it is called back.
      this.#initiateOver("websocket", now);
    }
    if (now >= this.#doubtAt()) this.#doubt(now);
  }

  #sendInitiation(datagram: Uint8Array, now: number): void {
    if (this.#state.kind === "idle") this.#race(now, this.#streamStart(now));
    const directed = this.#directed;
    if (directed !== undefined) {
      this.#initiationOver(directed, datagram);
      return;
    }
    this.#silence.expectAnswer(now);
    const { stream } = this.#options;
    const choice = this.#choice;
    if (this.#state.kind !== "racing" || choice !== "auto") {
      this.#initiationOver(this.#carrier, datagram);
      return;
    }
    // By turns over both and over the WebSocket alone: see the head of this file.
    const alone = stream.isOpen && this.#state.initiations++ % 2 === 1;
    if (stream.isOpen) stream.send(datagram);
    if (!alone) this.#initiationOver("udp", datagram);
  }

  /** Over UDP by turns where the peer was heard and where its name says it is, as long as no handshake is completed there. */
  #initiationOver(carrier: CarrierName, datagram: Uint8Array): void {
    if (carrier === "websocket") this.#options.stream.send(datagram);
    else this.#options.sendUdp(datagram, this.#unansweredUdp++ % 2 === 0 ? this.#udp : this.#namedUdp);
  }

  #initiateOver(carrier: CarrierName, now: number): void {
    this.#directed = carrier;
    try {
      this.#options.initiate(now);
    } finally {
      this.#directed = undefined;
    }
  }

  #doubtAt(): number {
    return this.#silence.doubtAt(this.#options.peer.stats.lastHandshakeRttMs);
  }

  #patience(leastMs: number): number {
    return patience(leastMs, this.#options.peer.stats.lastHandshakeRttMs);
  }

  /** The carrier in use is asked whether it lives; the other one comes in a little later, unless a person ruled it out. */
  #doubt(now: number): void {
    const choice = this.#choice;
    this.#silence.doubted();
    const onUdp = this.#carrier === "udp";
    const streamAt = onUdp && choice !== "udp" ? now + this.#patience(DOUBT_MS) : NEVER;
    const udpAt = !onUdp && choice === "auto" ? now + this.#patience(UDP_TRY_MS) : NEVER;
    this.#race(now, streamAt, udpAt);
    this.#initiateOver(this.#carrier, now);
  }

  #race(now: number, streamAt: number, udpAt = NEVER): State & { kind: "racing" } {
    const stallAt = this.#options.stream.isOpen ? now + STREAM_STALL_MS : NEVER;
    const state = { kind: "racing" as const, udpAt, streamAt, stallAt, stallMs: STREAM_STALL_MS, initiations: 0 };
    this.#state = state;
    return state;
  }

  /** When the WebSocket joins a race that begins now. */
  #streamStart(now: number): number {
    const { memory, gatewayHost } = this.#options;
    const choice = this.#choice;
    if (choice === "udp") return NEVER;
    return choice === "websocket" || memory.isUdpBlocked(gatewayHost) ? now : now + UDP_HEAD_START_MS;
  }

  /** Whether the datagram in hand was authentic shows in the peer's counters. */
  #noticeArrival(): void {
    const { bytesIn, packetsIn, handshakesReceived, handshakesCompleted } = this.#options.peer.stats;
    const seen = this.#seen;
    if (bytesIn === seen.bytesIn) return;
    const isCompleted = handshakesCompleted !== seen.handshakesCompleted;
    const isCall = !isCompleted && handshakesReceived !== seen.handshakesReceived;
    const isPacket = packetsIn !== seen.packetsIn;
    seen.bytesIn = bytesIn;
    seen.packetsIn = packetsIn;
    seen.handshakesReceived = handshakesReceived;
    seen.handshakesCompleted = handshakesCompleted;
    const arrival = this.#arrival;
    if (!arrival.isHere || isCall) return;
    this.#silence.heard(isPacket);
    if (arrival.carrier === "udp") this.#udp = arrival.from;
    if (arrival.carrier === "udp" && isCompleted) this.#unansweredUdp = 0;
    // What comes over TCP proves both directions of it; over UDP only a handshake does.
    const isProof = isCompleted || (this.isRacing && arrival.carrier === "websocket" && this.#carrier === "websocket");
    if (isProof) this.#settle(arrival.carrier, arrival.now);
  }

  #settle(carrier: CarrierName, now: number): void {
    const { memory, gatewayHost, stream } = this.#options;
    const choice = this.#choice;
    if (choice !== "auto" && carrier !== choice) {
      this.#insist(choice, now);
      return;
    }
    const wasRacing = this.#state.kind === "racing";
    const switched = carrier !== this.#carrier;
    if (!wasRacing && !switched) {
      if (this.#state.kind === "settled") this.#state.tryEndsAt = NEVER;
      return;
    }
    this.#carrier = carrier;
    const onStream = carrier === "websocket";
    if (switched) this.#udpRetryMs = FIRST_UDP_RETRY_MS;
    this.#state = {
      kind: "settled",
      retryUdpAt: onStream && choice === "auto" ? now + this.#udpRetryMs : NEVER,
      tryEndsAt: NEVER,
      stopStreamAt: onStream || choice === "websocket" ? NEVER : now + STREAM_LINGER_MS,
    };
    if (onStream) stream.start();
    if (choice === "auto") memory.remember(gatewayHost, carrier);
    this.#options.onSettled(carrier, wasRacing);
  }

  /**
   * A handshake was completed over the carrier that a person ruled out, by a late response or by a gateway that calls. It
   * proves nothing of the chosen one: that gets an initiation of its own with the next tick, and is then where it hears us.
   */
  #insist(choice: CarrierName, now: number): void {
    const state = this.#state.kind === "racing" ? this.#state : this.#race(now, NEVER);
    if (choice === "udp") state.udpAt = now;
    else state.streamAt = now;
  }
}
