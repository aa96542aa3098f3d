import type { Clock } from "../../base/clock.ts";
import type { Disposable } from "../../base/dispose.ts";
import type { Log } from "../../base/log.ts";
import type { Device, Peer } from "../../wireguard/device.ts";
import { MessageType } from "../../wireguard/messages.ts";
import { type DatagramSink, type Endpoint, endpointOf, placeText } from "../../wireguard/seam.ts";
import type { Core } from "../core-loop.ts";
import { UdpBind } from "../udp-bind.ts";
import type { CarrierChoice, CarrierMemory, CarrierName } from "./carrier.ts";
import { CarrierRace } from "./carrier-race.ts";
import { NO_SOCKETS, type SocketFigures, together } from "./socket-figures.ts";
import { UdpPeers } from "./udp-peers.ts";
import { WebsocketCarrier } from "./websocket-carrier.ts";

export interface CarriersOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly choice: CarrierChoice;
  readonly memory: CarrierMemory;
  /** Local UDP port; any when left out. */
  readonly listenPort?: number;
  device(): Device;
  /** The time of this turn of the event loop: what comes and goes is stamped with it. */
  now(): number;
  /** Work was handed to the device. */
  wake(): void;
  /** The same, and no more will come in this turn. */
  endTurn(): void;
  /** Told at the end of the turn: a carrier answers after silence, and what waits for a timer may be tried at once. */
  onRecovered(now: number): void;
  /** A carrier won the race for this peer's gateway, again or for the first time. */
  onCarrier?(carrier: CarrierName, gateway: string, peer: Peer): void;
}

interface Gateway {
  readonly peer: Peer;
  readonly race: CarrierRace;
  /** Where its name says it is. */
  named: string;
  /** Where it was heard last, when that is none of the places we were told. */
  roamedTo: string | undefined;
  readonly websocket: WebsocketCarrier;
  /** Stands for this very connection: another gateway's may lead to a place of the same key. */
  readonly websocketEndpoint: Endpoint;
}

/** Everything under the device of one tunnel: a UDP socket for each family, and a race for each gateway that speaks both. */
export class Carriers implements DatagramSink, Core, Disposable {
  /** Set by whoever hands the device an inner packet, around the call. */
  asksForAnswer = false;
  readonly #options: CarriersOptions;
  /** Families that a socket is wanted for; without one where none could be had. */
  readonly #binds = new Map<4 | 6, UdpBind | undefined>();
  readonly #gateways: Gateway[] = [];
  /** By peer, as several may be reached at one place. */
  readonly #gatewayOf = new Map<Peer, Gateway>();
  readonly #udpPeers = new UdpPeers((peer, now) => this.#call(peer, now));
  #choice: CarrierChoice;
  #retry = false;
  /** One came in this turn: the turn ends after the poll then, as it is by turns that they are rationed (`HandshakeQueue`). */
  #hasHandshake = false;
  /** Lost for want of a socket. */
  #lost = 0;
  /** Of sockets that are closed. */
  #closed = NO_SOCKETS;
  #disposed = false;

  constructor(options: CarriersOptions) {
    this.#options = options;
    this.#choice = options.choice;
  }

  /** In use; the first gateway's, where there are several. */
  get carrier(): CarrierName {
    return this.#gateways[0]?.race.carrier ?? "udp";
  }

  /** What may bring an answer at the moment. */
  get attempted(): readonly CarrierName[] {
    if (this.#gateways.length === 0) return ["udp"];
    return this.#choice === "auto" ? ["udp", "websocket"] : [this.#choice];
  }

  choose(choice: CarrierChoice): void {
    this.#choice = choice;
    for (const { race } of this.#gateways) race.choose(choice, this.#options.clock.now());
    this.#options.wake();
  }

  /** Datagrams that no carrier took. */
  get dropped(): number {
    return this.#gateways.reduce(
      (total, { websocket }) => total + websocket.dropped,
      this.#lost + this.sockets.sendErrors,
    );
  }

  /** Of all UDP sockets since the tunnel was opened. */
  get sockets(): SocketFigures {
    let total = this.#closed;
    for (const bind of this.#binds.values()) if (bind !== undefined) total = together(total, bind);
    return total;
  }

  /** The system's word for why nothing leaves to the peer, where UDP alone leads there; undefined while datagrams do. */
  refusalTo(peer: Peer): string | undefined {
    const place = this.placeOf(peer);
    const hasOther = this.#gatewayOf.has(peer) && this.#choice !== "udp";
    return place === undefined || hasOther ? undefined : this.#bindFor(place)?.refusalTo(place);
  }

  async openUdp(family: 4 | 6): Promise<void> {
    if (this.#binds.get(family) === undefined) await this.#openSocket(family, undefined);
  }

  async #openSocket(family: 4 | 6, old: UdpBind | undefined): Promise<void> {
    const bind = await UdpBind.open({
      family,
      ...(this.#options.listenPort === undefined ? {} : { port: this.#options.listenPort }),
      onDatagram: (datagram, from) => this.#receiveUdp(datagram, from),
      onAlone: () => {
        if (!this.#hasHandshake) this.#options.endTurn();
      },
      onSendError: () => this.#options.wake(),
    });
    // Somebody else may have opened one meanwhile.
    if (this.#disposed || this.#binds.get(family) !== old) {
      bind.dispose();
      return;
    }
    this.#binds.set(family, bind);
    if (old !== undefined) this.#retire(old);
  }

  #retire(bind: UdpBind): void {
    this.#closed = together(this.#closed, bind);
    bind.dispose();
  }

  /** New sockets and connections: those of another network, or of before a sleep, may lead nowhere. */
  async renew(): Promise<void> {
    for (const { race } of this.#gateways) race.networkChanged(this.#options.clock.now());
    await this.renewSockets();
  }

  /** New UDP sockets alone. */
  async renewSockets(): Promise<void> {
    for (const [family, open] of [...this.#binds]) {
      let old = open;
      // A fixed port must be free before it can be had again.
      if (old !== undefined && this.#options.listenPort !== undefined) {
        this.#binds.set(family, undefined);
        this.#retire(old);
        old = undefined;
      }
      try {
        await this.#openSocket(family, old);
      } catch {
        // No network at all: the next change brings another try.
      }
    }
  }

  /** The gateway's name stands for another address now, and the device sends there. */
  gatewayMoved(peer: Peer, udp: Endpoint): void {
    const gateway = this.#gatewayOf.get(peer);
    if (gateway === undefined) return;
    gateway.named = udp.key;
    gateway.race.udpMoved(udp);
  }

  /** `peer` can be reached at `udp`, and over WebSocket at `host`. */
  addGateway(peer: Peer, udp: Endpoint, host: string, websocketPort: number): void {
    const { clock, log, memory, device, wake } = this.#options;
    const endpoint = endpointOf({ carrier: "websocket", host, port: websocketPort, address: udp.address });
    const place = placeText(endpoint);
    const websocket = new WebsocketCarrier({
      host,
      port: websocketPort,
      onDatagram: (datagram) => {
        const now = this.#options.now();
        const { drops } = device().stats;
        const strange = drops.malformed + drops["mac1-mismatch"];
        race.arriving("websocket", endpoint, now);
        device().receive(datagram, endpoint, now);
        race.arrived();
        wake();
        return drops.malformed + drops["mac1-mismatch"] === strange;
      },
      onOpen: () => {
        log.debug("websocket open", { gateway: place });
        race.streamOpened(clock.now());
        wake();
      },
      onClosed: (reason) => {
        log.debug("websocket closed", { gateway: place, reason });
        race.streamClosed(clock.now());
        wake();
      },
    });
    const race = new CarrierRace({
      choice: this.#choice,
      gatewayHost: host,
      udp,
      websocket: endpoint,
      stream: websocket,
      memory,
      peer,
      sendUdp: (datagram, to) => this.#sendUdp(datagram, to),
      initiate: (now) => this.#call(peer, now),
      onSettled: (carrier, afterSilence) => {
        log.info("carrier", { gateway: place, carrier });
        this.#options.onCarrier?.(carrier, place, peer);
        this.#retry ||= afterSilence;
      },
    });
    const gateway: Gateway = {
      peer,
      race,
      named: udp.key,
      roamedTo: undefined,
      websocket,
      websocketEndpoint: endpoint,
    };
    this.#gateways.push(gateway);
    this.#gatewayOf.set(peer, gateway);
  }

  /** `peer` can be reached over UDP alone, where the device sends to it. */
  addUdpPeer(peer: Peer): void {
    this.#udpPeers.add(peer);
  }

  sendDatagram(datagram: Uint8Array, to: Endpoint, peer?: Peer): void {
    if (peer === undefined) {
      this.#sendBack(datagram, to);
      return;
    }
    const race = this.#gatewayOf.get(peer)?.race;
    if (race !== undefined) {
      race.send(datagram, to, this.#options.now(), this.asksForAnswer);
      return;
    }
    if (this.asksForAnswer && datagram[0] === MessageType.data) this.#udpPeers.expectAnswer(peer, this.#options.now());
    this.#sendUdp(datagram, to);
  }

  /** Nobody's yet: it goes the way on which the question came. */
  #sendBack(datagram: Uint8Array, to: Endpoint): void {
    const asked = this.#gateways.find(({ websocketEndpoint }) => websocketEndpoint === to);
    if (asked === undefined) this.#sendUdp(datagram, to);
    else asked.websocket.send(datagram);
  }

  sendRun(run: Uint8Array, length: number, to: Endpoint, peer: Peer): void {
    const race = this.#gatewayOf.get(peer)?.race;
    const place = race === undefined ? to : race.placeForData(this.#options.now(), this.asksForAnswer);
    if (place === undefined) {
      for (let at = 0; at < run.length; at += length) this.sendDatagram(run.subarray(at, at + length), to, peer);
      return;
    }
    if (race === undefined && this.asksForAnswer) this.#udpPeers.expectAnswer(peer, this.#options.now());
    const bind = this.#bindFor(place);
    if (bind === undefined) this.#lost += run.length / length;
    else bind.sendRun(run, length, place);
  }

  /** The device computes now what came from there in an earlier turn. */
  computing(from: Endpoint, compute: () => void, now: number): void {
    const gateway = this.#gateways.find(({ websocketEndpoint }) => websocketEndpoint === from);
    if (gateway === undefined) this.#arriving(from, now);
    else gateway.race.arriving("websocket", from, now);
    compute();
    this.#arrived();
  }

  /** Where the peer is sent to: the race decides that, where there is one. */
  placeOf(peer: Peer): Endpoint | undefined {
    return this.#gatewayOf.get(peer)?.race.place ?? peer.endpoint;
  }

  /** The peer was heard from there; the device sends there from now on. False for a place that we were told of. */
  peerMoved(peer: Peer, to: Endpoint): boolean {
    const gateway = this.#gatewayOf.get(peer);
    if (gateway === undefined) return true;
    const { named, roamedTo, websocketEndpoint } = gateway;
    if (to.key === named || to.key === roamedTo || to.key === websocketEndpoint.key) return false;
    gateway.roamedTo = to.key;
    return true;
  }

  /** The device tries no longer to reach the peer. */
  gaveUp(peer: Peer): void {
    this.#gatewayOf.get(peer)?.race.gaveUp();
    this.#udpPeers.gaveUp(peer);
  }

  endTurn(now: number): void {
    this.#hasHandshake = false;
    const hasRecovered = this.#udpPeers.endTurn();
    if (!this.#retry && !hasRecovered) return;
    this.#retry = false;
    this.#options.onRecovered(now);
  }

  tick(now: number): void {
    for (const { race } of this.#gateways) race.tick(now);
    this.#udpPeers.tick(now);
  }

  nextDeadline(): number {
    const first = this.#udpPeers.nextDeadline();
    return this.#gateways.reduce((earliest, { race }) => Math.min(earliest, race.nextDeadline()), first);
  }

  dispose(): void {
    this.#disposed = true;
    for (const { websocket } of this.#gateways) websocket.dispose();
    for (const bind of this.#binds.values()) bind?.dispose();
    this.#binds.clear();
  }

  #call(peer: Peer, now: number): void {
    this.#options.device().initiateHandshake(peer, now, { force: true, goesOn: true });
  }

  #receiveUdp(datagram: Uint8Array, from: Endpoint): void {
    const now = this.#options.now();
    if (datagram[0] !== MessageType.data) this.#hasHandshake = true;
    this.#arriving(from, now);
    this.#options.device().receive(datagram, from, now);
    this.#arrived();
    this.#options.wake();
  }

  // Whose the datagram is shows in the peers' counters afterwards, so every race is told.
  #arriving(from: Endpoint, now: number): void {
    for (let i = 0; i < this.#gateways.length; i++) this.#gateways[i]!.race.arriving("udp", from, now);
  }

  #arrived(): void {
    for (let i = 0; i < this.#gateways.length; i++) this.#gateways[i]!.race.arrived();
  }

  #sendUdp(datagram: Uint8Array, to: Endpoint): void {
    const bind = this.#bindFor(to);
    if (bind === undefined) this.#lost++;
    else bind.sendDatagram(datagram, to);
  }

  #bindFor(to: Endpoint): UdpBind | undefined {
    return this.#binds.get(to.address.length === 4 ? 4 : 6);
  }
}
