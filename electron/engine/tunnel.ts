import type { Tunnel as TunnelModel } from "../../shared/models.ts";
import type { EventFacts } from "../../shared/network-events.ts";
import type { Clock } from "../base/clock.ts";
import { type Disposable, DisposableStore } from "../base/dispose.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { formatHostPort, type IpAddress } from "../base/ip-address.ts";
import type { Log, LogFields } from "../base/log.ts";
import { packetSlots } from "../crypto/aead.ts";
import { INBOUND } from "../netstack/capture/pcapng.ts";
import { DnsClient } from "../netstack/dns/client.ts";
import { Stack } from "../netstack/stack.ts";
import type { TcpOptions } from "../netstack/tcp/connection.ts";
import type { TcpStream } from "../netstack/tcp-stream.ts";
import { Device, type DeviceEvent, type Peer } from "../wireguard/device.ts";
import { HEADROOM, placeText, TAILROOM } from "../wireguard/seam.ts";
import { TunnelCapture } from "./capture/tunnel-capture.ts";
import { type CarrierChoice, type CarrierName, carrierLabel } from "./carriers/carrier.ts";
import { NetworkMemory } from "./carriers/carrier-memory.ts";
import { Carriers } from "./carriers/carriers.ts";
import { Conditions } from "./conditions.ts";
import { CoreLoop } from "./core-loop.ts";
import { eventFields } from "./device-events.ts";
import { familyOf, resolveEndpoint } from "./gateway-place.ts";
import { Inside } from "./inside.ts";
import { Outbound } from "./outbound.ts";
import { randomBytes } from "./random.ts";
import type { Timestamps } from "./timestamp-keeper.ts";
import type { TunnelEnvironment } from "./tunnel-environment.ts";
import { TunnelEvents } from "./tunnel-events.ts";
import { snapshotTunnel } from "./tunnel-snapshot.ts";
import { labelOf, type PeerSpec, peerFor, type TunnelSpec } from "./tunnel-spec.ts";
import { type PowerChange, type Wake, WakeDetector } from "./wake-detector.ts";

/** Why the gateways are called anew. */
type Cause = Wake["kind"] | "retried" | "silent" | "gave-up";

/** How long the first answer of a gateway may take (fly-platform.md section 8: never give up before 15 s). */
const HANDSHAKE_TIMEOUT_MS = 15_000;
/** One initiation may be lost, two may be bad luck. */
const ATTEMPTS_BEFORE_SILENT = 3;
/** A peer that does not answer is looked for anew at most so often. */
const LOOK_AGAIN_MS = 60_000;

/**
 * One WireGuard device, one IP stack and the carriers under them, driven by one timer. Sessions share it; it stays up
 * until it is disposed.
 */
export class Tunnel implements Disposable {
  readonly spec: TunnelSpec;
  readonly createdAt: number;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Which tunnel a line of the log is about. */
  readonly #logged: LogFields;
  readonly #device: Device;
  readonly #stack: Stack;
  readonly #dns: DnsClient;
  readonly #loop: CoreLoop;
  readonly capture: TunnelCapture;
  readonly inside: Inside;
  readonly #owned = new DisposableStore();
  readonly #carriers: Carriers;
  readonly #wake: WakeDetector;
  readonly #conditions = new Conditions();
  /** Called since the computer woke up or changed its network, and not heard yet. */
  readonly #wokenPeers = new Set<Peer>();
  readonly #timestamps: Timestamps | undefined;
  #gaveUp = false;
  #why: CulvertError | undefined;
  /** Peers that have left several initiations in a row without an answer. */
  readonly #unanswered = new Set<Peer>();
  readonly #answersInvalid = new Set<Peer>();
  /** When a peer that did not answer was last looked for, and where its name led when it was last asked for. */
  readonly #lookedForAt = new Map<Peer, number>();
  readonly #places = new Map<Peer, string>();
  readonly #note: (facts: EventFacts) => void;
  readonly #events: TunnelEvents;

  private constructor(spec: TunnelSpec, environment: TunnelEnvironment, lastTimestamp: Uint8Array | undefined) {
    const { clock, log, carrier, carrierMemory, timestamps, interfaces } = environment;
    this.spec = spec;
    this.#timestamps = timestamps;
    this.createdAt = clock.wall();
    this.#clock = clock;
    this.#log = log;
    this.#logged = { tunnel: spec.id, name: labelOf(spec) };
    this.#note = (facts) => environment.note?.(spec, facts);
    this.#events = new TunnelEvents(ATTEMPTS_BEFORE_SILENT, this.#note);
    this.capture = new TunnelCapture(labelOf(spec), clock, () => this.#loop.wake(), this.#note);
    this.#carriers = new Carriers({
      clock,
      log,
      choice: carrier ?? "auto",
      memory: carrierMemory ?? new NetworkMemory(),
      ...(spec.listenPort === undefined ? {} : { listenPort: spec.listenPort }),
      device: () => this.#device,
      now: () => this.#loop.now(),
      wake: () => this.#loop.wake(),
      endTurn: () => this.#loop.endTurn(),
      onRecovered: (now) => this.#stack.retryNow(now),
      onCarrier: (name, gateway, peer) => this.#events.carrier(name, gateway, peer),
    });
    this.#device = new Device({
      privateKey: spec.privateKey,
      mtu: spec.mtu,
      random: randomBytes,
      wall: () => clock.wall(),
      sink: this.#carriers,
      deliver: (buffer, offset, length, _peer, now) => {
        this.capture.file?.packet(INBOUND, buffer, offset, length, now);
        this.#stack.receive(buffer, offset, length, now);
      },
      aroundQueued: (from, compute, now) => this.#carriers.computing(from, compute, now),
      onEvent: (event) => this.#onDeviceEvent(event),
      ...(lastTimestamp === undefined ? {} : { lastTimestamp }),
    });
    const outbound = new Outbound({
      now: () => this.#loop.now(),
      captureFile: () => this.capture.file,
      carriers: this.#carriers,
      device: this.#device,
    });
    this.#stack = new Stack({
      addresses: spec.addresses,
      mtu: spec.mtu,
      random: randomBytes,
      headroom: HEADROOM,
      tailroom: TAILROOM,
      packets: packetSlots(),
      sendPacket: outbound.packet,
      runs: outbound,
      onWake: () => this.#loop.wake(),
    });
    this.#dns = new DnsClient({
      stack: this.#stack,
      servers: spec.dns,
      searchDomains: spec.searchDomains,
      random: randomBytes,
    });
    this.inside = new Inside({ spec, clock, stack: this.#stack, dns: this.#dns, wake: () => this.#loop.wake() });
    const cores = [this.inside, this.capture, this.#stack, this.#dns, this.#device, this.#carriers];
    this.#loop = new CoreLoop(clock, cores, () => this.#conditions.look());
    // Disposed in reverse: the loop first, so that no core is driven once its parts are gone.
    for (const part of [this.capture, this.#device]) this.#owned.add(part);
    this.#owned.add({ dispose: () => this.#stack.dispose(this.#why) });
    this.#owned.add(this.#dns);
    this.#owned.add(this.#loop);
    this.#owned.add({ dispose: () => this.inside.dispose(this.#why) });
    const onWake = ({ kind }: Wake): void => void this.#recover(kind);
    this.#wake = new WakeDetector({ clock, onWake, ...(interfaces === undefined ? {} : { interfaces }) });
    this.#owned.add(this.#wake);
  }

  /** Resolves the gateways' names, opens the sockets and adds the peers. Nothing is sent before it is needed. */
  static async open(spec: TunnelSpec, environment: TunnelEnvironment): Promise<Tunnel> {
    const tunnel = new Tunnel(spec, environment, await environment.timestamps?.last(spec.privateKey));
    try {
      for (const peer of spec.peers) await tunnel.#addPeer(peer);
      tunnel.#loop.wake();
      return tunnel;
    } catch (error) {
      tunnel.dispose();
      throw asCulvertError(error);
    }
  }

  /**
   * Resolves once the peer that `address` is routed to (the first with an endpoint when left out) has a session; asks for
   * one when there is none. Fails with config-invalid where none can be called, gateway-silent, answer-invalid, or
   * udp-failed where this computer could not even call; those two are waited out, as they may pass, unless `impatient`.
   */
  async handshake(signal: AbortSignal, address?: IpAddress, impatient = false): Promise<void> {
    const peer = this.#peerTowards(address);
    const isAnswered = (): boolean => peer.maySend(this.#clock.now());
    if (!isAnswered()) await this.#call(peer, isAnswered, signal, impatient);
  }

  /** A person does not want to wait: the remedies of a wake now, and new keys although those in hand may serve. */
  async retry(signal: AbortSignal): Promise<void> {
    const peer = this.#peerTowards();
    const before = peer.stats.handshakesCompleted;
    await this.#recover("retried");
    await this.#call(peer, () => peer.stats.handshakesCompleted > before, signal, false);
  }

  #peerTowards(address?: IpAddress): Peer {
    const spec = address === undefined ? this.spec.peers.find((p) => p.endpoint) : peerFor(this.spec, address);
    if (spec === undefined && address !== undefined) throw new CulvertError("not-allowed", address.text);
    const peer = spec === undefined ? undefined : this.#device.peer(spec.publicKey);
    if (peer === undefined)
      throw new CulvertError("config-invalid", "no [Peer] has an Endpoint, so none can be called");
    return peer;
  }

  async #call(peer: Peer, isAnswered: () => boolean, signal: AbortSignal, impatient: boolean): Promise<void> {
    this.#gaveUp = false;
    this.#answersInvalid.delete(peer);
    this.#device.initiateHandshake(peer, this.#clock.now());
    this.#loop.wake();
    const { attempted } = this.#carriers;
    const refusal = (): string | undefined => this.#carriers.refusalTo(peer);
    const isHopeless = (): boolean => refusal() !== undefined || this.#answersInvalid.has(peer);
    await this.#conditions.until(() => isAnswered() || (impatient && isHopeless()), HANDSHAKE_TIMEOUT_MS, signal);
    if (isAnswered()) return;
    this.#gaveUp = true;
    const gateway = this.#gatewayIn(this.#specOf(peer));
    const why = refusal();
    if (why !== undefined) throw new CulvertError("udp-failed", `${gateway}: ${why}`);
    if (this.#answersInvalid.has(peer)) throw new CulvertError("answer-invalid", gateway);
    const ways = attempted.map((name) => carrierLabel[name]).join(" or ");
    const heard = `nothing heard over ${ways} for ${HANDSHAKE_TIMEOUT_MS / 1000} s`;
    throw new CulvertError("gateway-silent", `${gateway}, ${heard}`);
  }

  /** IPv6 addresses first. A literal address is its own answer. */
  resolve(name: string, signal: AbortSignal): Promise<readonly IpAddress[]> {
    return this.inside.resolve(name, signal);
  }

  /** The first of the addresses that answers, both families raced. */
  connect(
    addresses: readonly IpAddress[],
    port: number,
    signal: AbortSignal,
    options?: TcpOptions,
  ): Promise<TcpStream> {
    return this.inside.connect(addresses, port, signal, options);
  }

  /** Resolves once no connection has anything left to send, or after the time. */
  async drained(signal: AbortSignal, timeoutMs: number): Promise<void> {
    const isDone = (): boolean =>
      [...this.#stack.connections].every(({ state }) => state === "closed" || state === "time-wait");
    await this.#conditions.until(isDone, timeoutMs, signal);
  }

  /** Host and port of the first gateway, as the carrier in use has them. */
  get gateway(): string {
    return this.#gatewayIn(this.spec.peers.find((peer) => peer.endpoint !== undefined));
  }

  #gatewayIn(spec: PeerSpec | undefined): string {
    if (spec?.endpoint === undefined) return "no endpoint";
    const { host, port, websocketPort } = spec.endpoint;
    return formatHostPort(host, this.#carriers.carrier === "websocket" ? (websocketPort ?? port) : port);
  }

  #specOf(peer: Peer): PeerSpec | undefined {
    return this.spec.peers.find(({ publicKey }) => this.#device.peer(publicKey) === peer);
  }

  /** What may bring an answer at the moment. */
  get attempted(): readonly CarrierName[] {
    return this.#carriers.attempted;
  }

  /** Where the peer that `address` is routed to is called in vain; undefined while it is not. */
  silentGateway(address: IpAddress): string | undefined {
    const spec = peerFor(this.spec, address);
    const peer = spec && this.#device.peer(spec.publicKey);
    if (peer === undefined || !this.#unanswered.has(peer)) return undefined;
    const place = this.#carriers.placeOf(peer);
    return place && placeText(place);
  }

  snapshot(): TunnelModel {
    return snapshotTunnel({
      spec: this.spec,
      gateway: this.gateway,
      createdAt: this.createdAt,
      gaveUp: this.#gaveUp,
      unanswered: this.#unanswered,
      refused: this.#answersInvalid,
      device: this.#device,
      stack: this.#stack,
      carriers: this.#carriers,
      capture: this.capture.model,
      clock: this.#clock,
    });
  }

  /** A person forces a carrier, or lets both be raced. Peers without a WebSocket stay on UDP. */
  chooseCarrier(choice: CarrierChoice): void {
    this.#carriers.choose(choice);
  }

  /** Before sleep every session's keys are erased; after it the tunnel looks at once what has changed. */
  power(change: PowerChange): void {
    if (change === "resume") this.#wake.lookNow();
    else this.#device.expireKeys(this.#clock.now());
    this.#loop.wake();
  }

  /** Connections are reset, which still needs the sockets; those are closed last. Whoever waits is told why ("cancelled"). */
  dispose(why?: CulvertError): void {
    this.#why = why;
    this.#owned.dispose();
    this.#carriers.dispose();
    this.#conditions.dispose(why);
  }

  async #addPeer(peer: PeerSpec): Promise<void> {
    const { endpoint: place, ...rest } = peer;
    const endpoint = place === undefined ? undefined : await resolveEndpoint(place.host, place.port);
    await this.#carriers.openUdp(endpoint === undefined ? 4 : familyOf(endpoint));
    // The gateway's carriers come before its keepalives, which begin with its endpoint.
    const added = this.#device.addPeer({ ...rest, persistentKeepaliveSeconds: 0 }, this.#clock.now());
    if (endpoint !== undefined) this.#places.set(added, endpoint.key);
    if (place?.websocketPort !== undefined && endpoint !== undefined) {
      this.#carriers.addGateway(added, endpoint, place.host, place.websocketPort);
    } else {
      this.#carriers.addUdpPeer(added);
    }
    this.#device.addPeer(endpoint === undefined ? rest : { ...rest, endpoint }, this.#clock.now());
  }

  /** After sleep or a change of network: new sockets, names resolved again, handshakes at once (fly-platform.md section 8). */
  async #recover(kind: Wake["kind"] | "retried"): Promise<void> {
    this.#log.info(`tunnel ${kind}`, this.#logged);
    this.#note({ kind });
    // Another network may have other answers, and the clock of the TTLs may have stood still.
    this.#dns.flush();
    await this.#carriers.renew();
    await Promise.all(this.spec.peers.map((peer) => this.#callAgain(peer, kind)));
    this.#loop.wake();
  }

  /**
   * A peer that does not answer: its name may lead elsewhere by now, and a NAT on the way may have forgotten our socket. So
   * the remedies of a wake, for it alone. Once given up on, it is called only where its name is new: else for ever.
   */
  async #lookFor(peer: Peer, now: number, cause: "silent" | "gave-up"): Promise<void> {
    const spec = this.#specOf(peer);
    if (spec === undefined || now - (this.#lookedForAt.get(peer) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS) return;
    this.#lookedForAt.set(peer, now);
    this.#log.info("peer looked for", { ...this.#logged, cause });
    // One socket serves all peers: it stays while another peer is heard over it.
    const isInUse = [...this.#device.peers].some(
      (other) => other !== peer && now - (other.stats.lastReceivedAt ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_MS,
    );
    if (!isInUse) await this.#carriers.renewSockets();
    await this.#callAgain(spec, cause);
    this.#loop.wake();
  }

  async #callAgain({ publicKey, endpoint: place }: PeerSpec, cause: Cause): Promise<void> {
    const peer = this.#device.peer(publicKey);
    const resolved =
      place === undefined ? undefined : await resolveEndpoint(place.host, place.port).catch(() => undefined);
    if (resolved !== undefined) await this.#carriers.openUdp(familyOf(resolved)).catch(() => undefined);
    if (this.#owned.disposed || peer === undefined) return;
    const hasMoved = resolved !== undefined && this.#places.get(peer) !== resolved.key;
    if (place !== undefined) this.#events.lookedUp(place.host, resolved, hasMoved);
    if (resolved !== undefined) {
      this.#places.set(peer, resolved.key);
      // Its name is a better guess than where it was last heard; it moves us again when it speaks from elsewhere.
      peer.setEndpoint(resolved);
      this.#carriers.gatewayMoved(peer, resolved);
    }
    if (peer.stats.lastHandshakeAt === undefined || (cause === "gave-up" && !hasMoved)) return;
    this.#wokenPeers.add(peer);
    // A look for one who is nowhere else makes no calling longer (W07): looks would follow each other for ever.
    const goesOn = cause === "silent" && !hasMoved;
    this.#device.initiateHandshake(peer, this.#clock.now(), { force: true, goesOn, expireKeys: cause === "resumed" });
  }

  #onDeviceEvent(event: DeviceEvent): void {
    this.#log.debug(`wireguard ${event.kind}`, { ...this.#logged, ...eventFields(event) });
    if (event.kind === "handshake-sent") {
      this.#noteTimestamp();
      const isSilent = event.attempt >= ATTEMPTS_BEFORE_SILENT;
      if (isSilent) this.#unanswered.add(event.peer);
      // A first call's name was asked for a moment ago, and gateways install a peer while it waits.
      const wasInTouch = event.peer.stats.lastHandshakeAt !== undefined;
      if (isSilent && wasInTouch) void this.#lookFor(event.peer, event.now, "silent");
    }
    if (event.kind === "handshake-refused" && event.reason === "handshake-invalid")
      this.#answersInvalid.add(event.peer);
    if (event.kind === "handshake-complete") {
      this.#gaveUp = false;
      this.#answersInvalid.delete(event.peer);
      this.#unanswered.delete(event.peer);
      // What TCP sent meanwhile is lost, and its timers have backed off.
      if (this.#wokenPeers.delete(event.peer)) this.#stack.retryNow(event.now);
    }
    const hasRoamed = event.kind === "endpoint-changed" && this.#carriers.peerMoved(event.peer, event.endpoint);
    this.#events.device(event, this.#carriers.carrier, hasRoamed);
    if (event.kind === "handshake-gave-up") {
      this.#gaveUp = true;
      this.#carriers.gaveUp(event.peer);
      void this.#lookFor(event.peer, event.now, "gave-up");
    }
    this.#conditions.look();
  }

  #noteTimestamp(): void {
    const label = this.#device.lastTimestamp;
    if (label !== undefined) this.#timestamps?.note(this.spec.privateKey, label);
  }
}
