import { ManualClock } from "../../electron/base/clock.ts";
import type { CarrierChoice, CarrierName, StreamCarrier } from "../../electron/engine/carriers/carrier.ts";
import { CarrierRace } from "../../electron/engine/carriers/carrier-race.ts";
import { type Endpoint, endpointOf } from "../../electron/wireguard/seam.ts";

const address = Uint8Array.of(192, 0, 2, 1);

export const udpAt = (host: string, port: number): Endpoint => endpointOf({ carrier: "udp", host, port, address });

export const UDP = udpAt("192.0.2.1", 51820);
export const WEBSOCKET = endpointOf({ carrier: "websocket", host: "gateway.example", port: 443, address });

/** A WebSocket whose connecting the test decides. */
export class FakeStream implements StreamCarrier {
  isOpen = false;
  isStarted = false;
  restarts = 0;
  readonly sent: number[] = [];

  start(): void {
    this.isStarted = true;
  }

  stop(): void {
    this.isStarted = false;
    this.isOpen = false;
  }

  restart(): void {
    this.restarts++;
    this.isOpen = false;
  }

  send(datagram: Uint8Array): void {
    if (this.isOpen) this.sent.push(datagram[0]!);
  }
}

/** A race on a clock that the test moves, between fake carriers, under a device that is only its counters. */
export class RaceWorld {
  readonly clock = new ManualClock(1_000_000);
  readonly stream = new FakeStream();
  readonly udpSent: number[] = [];
  /** Where each of them went; `taken` leaves this as it is. */
  readonly udpPlaces: string[] = [];
  readonly settled: CarrierName[] = [];
  readonly remembered: CarrierName[] = [];
  /** Whether the last to win did so after silence. */
  recovered: boolean | undefined;
  readonly peer = {
    stats: {
      bytesIn: 0,
      packetsIn: 0,
      handshakesReceived: 0,
      handshakesCompleted: 0,
      lastHandshakeRttMs: undefined as number | undefined,
    },
  };
  readonly race: CarrierRace;

  constructor(options: { choice?: CarrierChoice; udpBlocked?: boolean } = {}) {
    this.race = new CarrierRace({
      choice: options.choice ?? "auto",
      gatewayHost: "gateway.example",
      udp: UDP,
      websocket: WEBSOCKET,
      stream: this.stream,
      memory: {
        isUdpBlocked: () => options.udpBlocked ?? false,
        remember: (_host, winner) => this.remembered.push(winner),
      },
      peer: this.peer,
      sendUdp: (datagram, to) => {
        this.udpSent.push(datagram[0]!);
        this.udpPlaces.push(to.key);
      },
      initiate: () => this.initiate(),
      onSettled: (carrier, afterSilence) => {
        this.settled.push(carrier);
        this.recovered = afterSilence;
      },
    });
  }

  /** The device sends an initiation. */
  initiate(): void {
    this.race.send(Uint8Array.of(1), UDP, this.clock.now(), false);
  }

  /** The device sends a packet; by default one that the far end answers. */
  data(asksForAnswer = true): void {
    this.race.send(Uint8Array.of(4), UDP, this.clock.now(), asksForAnswer);
  }

  /** The peer's response comes; the device answers it with a packet from within. */
  handshake(carrier: CarrierName): void {
    this.race.arriving(carrier, carrier === "udp" ? UDP : WEBSOCKET, this.clock.now());
    this.peer.stats.bytesIn += 92;
    this.peer.stats.handshakesReceived++;
    this.peer.stats.handshakesCompleted++;
    this.data(false);
    this.race.arrived();
  }

  /** The peer's initiation comes, or an old one that somebody recorded; the device answers it from within. */
  call(carrier: CarrierName, from = carrier === "udp" ? UDP : WEBSOCKET): void {
    this.race.arriving(carrier, from, this.clock.now());
    this.peer.stats.bytesIn += 148;
    this.peer.stats.handshakesReceived++;
    this.race.send(Uint8Array.of(2), from, this.clock.now(), false);
    this.race.arrived();
  }

  /** An authentic packet comes; the first under a session whose initiation was answered completes that handshake. */
  packet(carrier: CarrierName, options: { from?: Endpoint; isFirst?: boolean } = {}): void {
    this.race.arriving(carrier, options.from ?? (carrier === "udp" ? UDP : WEBSOCKET), this.clock.now());
    this.peer.stats.bytesIn += 128;
    this.peer.stats.packetsIn++;
    if (options.isFirst === true) this.peer.stats.handshakesCompleted++;
    this.race.arrived();
  }

  /** Something comes that is not authentic. */
  garbage(carrier: CarrierName): void {
    this.race.arriving(carrier, carrier === "udp" ? UDP : WEBSOCKET, this.clock.now());
    this.race.arrived();
  }

  connect(): void {
    this.stream.isOpen = true;
    this.race.streamOpened(this.clock.now());
  }

  disconnect(): void {
    this.stream.isOpen = false;
    this.race.streamClosed(this.clock.now());
  }

  /** Time passes, and every deadline in it is kept. */
  pass(ms: number): void {
    const until = this.clock.now() + ms;
    for (let at = this.race.nextDeadline(); at <= until; at = this.race.nextDeadline()) {
      this.clock.advance(Math.max(0, at - this.clock.now()));
      this.race.tick(this.clock.now());
    }
    this.clock.advance(until - this.clock.now());
  }

  /** What went out since this was last asked. */
  taken(): { udp: number[]; websocket: number[] } {
    return { udp: this.udpSent.splice(0), websocket: this.stream.sent.splice(0) };
  }
}

/** Settled on UDP, with nothing left to be told. */
export function settledOnUdp(choice: CarrierChoice = "auto"): RaceWorld {
  const world = new RaceWorld({ choice });
  world.initiate();
  world.pass(20);
  world.handshake("udp");
  world.packet("udp");
  world.taken();
  return world;
}

/** Settled on the WebSocket, because UDP did not answer. */
export function settledOnWebsocket(): RaceWorld {
  const world = new RaceWorld();
  world.initiate();
  world.pass(1_500);
  world.connect();
  world.handshake("websocket");
  world.packet("websocket");
  world.taken();
  return world;
}
