import { CulvertError } from "../base/errors.ts";
import { TimerWheel } from "../base/timer-wheel.ts";
import { packetSlots, SLOT_LENGTH, wipePacketMemory } from "../crypto/aead.ts";
import { KEY_LENGTH, type KeyPair, keyPairOf } from "../crypto/x25519.ts";
import { AllowedIps } from "./allowed-ips.ts";
import { LOAD_THRESHOLD_PER_SECOND } from "./constants.ts";
import { CookieChecker } from "./cookie.ts";
import { EventQueue } from "./event-queue.ts";
import { HandshakeQueue } from "./handshake-queue.ts";
import { IndexTable } from "./index-table.ts";
import { datagramLength, destinationAt, innerVersion } from "./inner-packet.ts";
import { CookieBudget, LoadMeter, RateLimiter } from "./load.ts";
import { MessageType, messageType, parseInitiation, readU32 } from "./messages.ts";
import { openInitiation } from "./noise.ts";
import { DevicePeer } from "./peer.ts";
import type { PeerContext } from "./peer-context.ts";
import { type Endpoint, HEADROOM, TAILROOM } from "./seam.ts";
import { TimestampSource } from "./tai64n.ts";
import type { PeerTimers } from "./timers.ts";
import {
  type DeviceEvent,
  type DeviceOptions,
  type DeviceStats,
  DROP_REASONS,
  type DropReason,
  type InitiateOptions,
  type Peer,
  type PeerConfig,
} from "./types.ts";

export type {
  DeviceEvent,
  DeviceOptions,
  DeviceStats,
  DropReason,
  InitiateOptions,
  Peer,
  PeerConfig,
} from "./types.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A WireGuard interface without its network: datagrams and a time in, datagrams and inner packets out. Whoever calls a
 * method that takes `now` wakes the loop afterwards, because a timer may have been set.
 */
export class Device {
  readonly #options: DeviceOptions;
  readonly #slots = packetSlots();
  readonly #peers = new Map<string, DevicePeer>();
  readonly #indices: IndexTable<DevicePeer>;
  readonly #routes = new AllowedIps<DevicePeer>();
  readonly #timestamps: TimestampSource;
  readonly #load: LoadMeter;
  readonly #limiter = new RateLimiter();
  readonly #cookieBudget = new CookieBudget();
  readonly #handshakes = new HandshakeQueue();
  readonly #context: PeerContext;
  readonly #stats: Writable<Omit<DeviceStats, "drops">> & { readonly drops: Record<DropReason, number> };
  /** Told at the end of the turn, so that whoever acts on one finds no work half done. */
  readonly #events = new EventQueue();
  #identity: KeyPair;
  #checker: CookieChecker;
  readonly #timers = new TimerWheel<PeerTimers>(
    (timers) => timers.nextDeadline(),
    (timers, now) => timers.fire(now),
  );

  constructor(options: DeviceOptions) {
    const random = (length: number): Uint8Array => options.random(length);
    this.#options = options;
    this.#identity = identityOf(options.privateKey);
    this.#checker = new CookieChecker(this.#identity.publicKey, random);
    this.#indices = new IndexTable(random);
    this.#timestamps = new TimestampSource(() => options.wall(), options.lastTimestamp);
    this.#load = new LoadMeter(options.loadThreshold ?? LOAD_THRESHOLD_PER_SECOND);
    const drops = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
    this.#stats = { drops, datagramsIn: 0, datagramsOut: 0, cookiesSent: 0, cookiesReceived: 0 };
    this.#context = this.#createContext(random);
  }

  get publicKey(): Uint8Array {
    return this.#identity.publicKey;
  }

  get peers(): Iterable<Peer> {
    return this.#peers.values();
  }

  get stats(): DeviceStats {
    return this.#stats;
  }

  /** The greatest TAI64N label sent, to be kept beside the private key; undefined when there is none. */
  get lastTimestamp(): Uint8Array | undefined {
    return this.#timestamps.last;
  }

  /** Adds a peer, or brings the one with this key to `config` and keeps its sessions. May begin a handshake (W28). */
  addPeer(config: PeerConfig, now: number): Peer {
    if (config.publicKey.length !== KEY_LENGTH) throw new CulvertError("config-invalid", "a public key has 32 bytes");
    if (keyText(config.publicKey) === keyText(this.publicKey))
      throw new CulvertError("config-invalid", "the peer has this device's own key");
    let peer = this.#peers.get(keyText(config.publicKey));
    if (peer === undefined) {
      peer = new DevicePeer(this.#context, Uint8Array.from(config.publicKey));
      this.#peers.set(keyText(peer.publicKey), peer);
    }
    peer.setPresharedKey(config.presharedKey);
    if (config.endpoint !== undefined) peer.setEndpoint(config.endpoint);
    peer.setAllowedIps(config.allowedIps);
    peer.setPersistentKeepalive(config.persistentKeepaliveSeconds ?? 0, now);
    return peer;
  }

  /** Erases the peer's keys and forgets it; false when there is none with this key. */
  removePeer(publicKey: Uint8Array): boolean {
    const key = keyText(publicKey);
    this.#peers.get(key)?.dispose();
    return this.#peers.delete(key);
  }

  peer(publicKey: Uint8Array): Peer | undefined {
    return this.#peers.get(keyText(publicKey));
  }

  /** Becomes another identity. Sessions only receive from now on; peers in touch are called anew (W43). */
  setPrivateKey(privateKey: Uint8Array, now: number): void {
    this.#identity.erase();
    this.#checker.erase();
    this.#identity = identityOf(privateKey);
    this.#checker = new CookieChecker(this.#identity.publicKey, this.#context.random);
    this.#handshakes.clear(); // Their mac1 was for the key before.
    this.removePeer(this.publicKey);
    for (const peer of this.#peers.values()) peer.identityChanged(this.#identity, now);
  }

  /** Takes any bytes from anywhere. They are left as they are: a data message is opened in a slot of the cipher's memory. */
  receive(datagram: Uint8Array, from: Endpoint, now: number): void {
    this.#stats.datagramsIn++;
    const type = messageType(datagram);
    switch (type) {
      case MessageType.data:
        this.#receiveData(datagram, from, now);
        return;
      case MessageType.initiation:
        if (this.#mayCompute(datagram, from, now)) this.#takeHandshake(datagram, from, now);
        return;
      case MessageType.response:
        if (!this.#mayCompute(datagram, from, now)) return;
        if (this.#isAwaited(datagram)) this.#takeHandshake(datagram, from, now);
        else this.#drop("unknown-index");
        return;
      case MessageType.cookieReply:
        this.#receiveCookieReply(datagram, now);
        return;
      case undefined:
        this.#drop("malformed");
    }
  }

  /**
   * Sends the IP packet of `length` bytes at `offset`, sealed where it stands: HEADROOM bytes before it and TAILROOM
   * behind it are overwritten. "staged" has copied it until there is a session; "unreachable": no peer may have it.
   */
  encapsulate(buffer: Uint8Array, offset: number, length: number, now: number): "sent" | "staged" | "unreachable" {
    if (offset < HEADROOM || offset + length + TAILROOM > buffer.length)
      throw new CulvertError("internal", "an IP packet without the room to seal it");
    const peer = this.#peerFor(buffer, offset, length);
    return typeof peer === "string" ? this.#unreachable(peer) : peer.encapsulate(buffer, offset, length, now);
  }

  /** How far apart packets of `length` bytes stand in a run. */
  readonly spacingOf = (length: number): number => datagramLength(length, this.#options.mtu);

  /** As `encapsulate` for each of `count` IP packets of `length` bytes to one address, which stand `spacingOf(length)` apart. */
  encapsulateRun(buffer: Uint8Array, offset: number, length: number, count: number, now: number): void {
    if (offset < HEADROOM || offset + (count - 1) * this.spacingOf(length) + length + TAILROOM > buffer.length)
      throw new CulvertError("internal", "a run of IP packets without the room to seal it");
    const peer = this.#peerFor(buffer, offset, length);
    if (typeof peer === "string") this.#stats.drops[peer] += count;
    else peer.encapsulateRun(buffer, offset, length, count, now);
  }

  /** Whose the packet is by its destination, or why nobody may have it. */
  #peerFor(buffer: Uint8Array, offset: number, length: number): DevicePeer | "no-route" | "no-endpoint" | "weak-key" {
    const version = innerVersion(buffer, offset, length);
    const peer = version && this.#routes.lookup(version, buffer, destinationAt(version, offset));
    if (peer === undefined) return "no-route";
    if (peer.endpoint === undefined) return "no-endpoint";
    return peer.handshake.isPossible ? peer : "weak-key";
  }

  /** For resume and network changes; does nothing while the peer has no endpoint. */
  initiateHandshake(peer: Peer, now: number, options: InitiateOptions = {}): void {
    const known = this.#peers.get(keyText(peer.publicKey));
    if (known === undefined) throw new CulvertError("internal", "a handshake with a peer that was removed");
    known.initiate(now, options);
  }

  /** Erases the keys of every peer and what is left of packets, as before sleep; the next packet calls the peer anew. */
  expireKeys(now: number): void {
    for (const peer of this.#peers.values()) peer.expireKeys(now);
    wipePacketMemory();
  }

  /** Computes what handshakes waited for a turn and tells of events. All else was done when datagrams and packets came. */
  endTurn(now: number): void {
    for (const { datagram, from } of this.#handshakes.beginTurn()) {
      const compute = (): void => this.#computeHandshake(datagram, from, now);
      if (this.#options.aroundQueued === undefined) compute();
      else this.#options.aroundQueued(from, compute, now);
    }
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift())
      this.#options.onEvent?.(event);
  }

  tick(now: number): void {
    if (this.#load.expire(now)) this.#emit({ kind: "load-changed", now, underLoad: false });
    this.#timers.tick(now);
    this.endTurn(now);
  }

  /** May be early, because timers are mostly cancelled before they fire; a tick then finds the true one. */
  nextDeadline(): number {
    if (this.#handshakes.length > 0) return Number.NEGATIVE_INFINITY;
    // An event of a packet that another core sent at the end of its own turn would else be told with the next datagram.
    const event = this.#events.first;
    const earliest = Math.min(this.#timers.earliest, this.#load.deadline);
    return event === undefined ? earliest : Math.min(earliest, event.now);
  }

  /** Handshake messages a second from which senders must prove their address. */
  setLoadThreshold(messagesPerSecond: number): void {
    this.#load.threshold = messagesPerSecond;
  }

  /** Erases every key; the device must not be used afterwards. */
  dispose(): void {
    for (const peer of this.#peers.values()) peer.dispose();
    this.#peers.clear();
    this.#identity.erase();
    this.#checker.erase();
    this.#handshakes.clear();
    this.#events.clear();
    this.#load.expire(Number.POSITIVE_INFINITY);
    // Other devices of this thread share the memory; what they use stays.
    wipePacketMemory();
  }

  /** mac1, and under load the proof of the address and the limiter, before anything expensive (W09, W37, W40). */
  #mayCompute(datagram: Uint8Array, from: Endpoint, now: number): boolean {
    if (!this.#checker.isMac1Right(datagram)) return this.#drop("mac1-mismatch");
    if (!this.#isLoaded(now)) return true;
    if (!this.#checker.isMac2Right(datagram, from, now)) {
      if (!this.#cookieBudget.spend(now)) return this.#drop("cookie-withheld");
      this.#stats.cookiesSent++;
      this.#send(this.#checker.createReply(datagram, from, now), from);
      return this.#drop("cookie-demanded");
    }
    return this.#limiter.allow(from, now) || this.#drop("rate-limited");
  }

  #isLoaded(now: number): boolean {
    const was = this.#load.isLoaded;
    const is = this.#load.note(now, this.#handshakes.isLong);
    if (is !== was) this.#emit({ kind: "load-changed", now, underLoad: is });
    return is;
  }

  #isAwaited(response: Uint8Array): boolean {
    const receiver = readU32(response, 8);
    return this.#indices.get(receiver)?.handshake.pendingIndex === receiver;
  }

  #takeHandshake(datagram: Uint8Array, from: Endpoint, now: number): void {
    if (this.#handshakes.claimTurn()) this.#computeHandshake(datagram, from, now);
    else if (!this.#handshakes.push(datagram, from)) this.#drop("handshake-queue-full");
  }

  #computeHandshake(datagram: Uint8Array, from: Endpoint, now: number): void {
    if (messageType(datagram) === MessageType.initiation) this.#receiveInitiation(datagram, from, now);
    else this.#receiveResponse(datagram, from, now);
  }

  #receiveInitiation(datagram: Uint8Array, from: Endpoint, now: number): void {
    const message = parseInitiation(datagram);
    const opened = openInitiation(this.#identity, message);
    if (opened === undefined) {
      this.#drop("handshake-invalid");
      return;
    }
    const peer = this.#peers.get(keyText(opened.remoteStatic));
    if (peer === undefined) {
      opened.state.erase();
      this.#drop("unknown-peer");
      return;
    }
    peer.receiveInitiation(opened.state, message, from, now);
  }

  #receiveResponse(datagram: Uint8Array, from: Endpoint, now: number): void {
    // What it answers may have been given up while it waited for its turn.
    if (this.#isAwaited(datagram)) this.#indices.get(readU32(datagram, 8))?.receiveResponse(datagram, from, now);
    else this.#drop("unknown-index");
  }

  #receiveCookieReply(datagram: Uint8Array, now: number): void {
    const peer = this.#indices.get(readU32(datagram, 4));
    if (peer === undefined) this.#drop("unknown-index");
    else if (peer.receiveCookieReply(datagram, now)) this.#stats.cookiesReceived++;
    else this.#drop("cookie-invalid");
  }

  #receiveData(datagram: Uint8Array, from: Endpoint, now: number): void {
    const receiver = readU32(datagram, 4);
    const peer = this.#indices.get(receiver);
    const session = peer?.keys.byIndex(receiver);
    if (peer === undefined || session === undefined) {
      this.#drop("unknown-index");
      return;
    }
    const { length } = datagram;
    const start = length <= SLOT_LENGTH ? this.#slots.acquire() : undefined;
    if (start === undefined) {
      peer.receiveData(session, Uint8Array.from(datagram), 0, length, from, now);
      return;
    }
    try {
      this.#slots.memory.set(datagram, start);
      peer.receiveData(session, this.#slots.memory, start, length, from, now);
    } finally {
      this.#slots.release(start);
    }
  }

  #send(datagram: Uint8Array, to: Endpoint, peer?: Peer): void {
    this.#stats.datagramsOut++;
    this.#options.sink.sendDatagram(datagram, to, peer);
  }

  #sendRun(run: Uint8Array, length: number, to: Endpoint, peer: Peer): void {
    const { sink } = this.#options;
    this.#stats.datagramsOut += run.length / length;
    if (sink.sendRun !== undefined) sink.sendRun(run, length, to, peer);
    else for (let at = 0; at < run.length; at += length) sink.sendDatagram(run.subarray(at, at + length), to, peer);
  }

  #emit(event: DeviceEvent): void {
    this.#events.push(event);
  }

  #drop(reason: DropReason): false {
    this.#stats.drops[reason]++;
    return false;
  }

  #unreachable(reason: DropReason): "unreachable" {
    this.#drop(reason);
    return "unreachable";
  }

  #createContext(random: (length: number) => Uint8Array): PeerContext {
    const device = this;
    return {
      get identity() {
        return device.#identity;
      },
      mtu: this.#options.mtu,
      isEager: this.#options.firstContact !== "by-the-book",
      random,
      indices: this.#indices,
      routes: this.#routes,
      timers: this.#timers,
      nextTimestamp: () => this.#timestamps.next(),
      send: (datagram, to, peer) => this.#send(datagram, to, peer),
      sendRun: (run, length, to, peer) => this.#sendRun(run, length, to, peer),
      deliver: (buffer, offset, length, peer, now) => this.#options.deliver(buffer, offset, length, peer, now),
      drop: (reason) => this.#drop(reason),
      emit: (event) => this.#emit(event),
    };
  }
}

function identityOf(privateKey: Uint8Array): KeyPair {
  if (privateKey.length !== KEY_LENGTH) throw new CulvertError("config-invalid", "a private key has 32 bytes");
  return keyPairOf(privateKey);
}

/** A key as a map's key; one character for each byte. */
function keyText(key: Uint8Array): string {
  return String.fromCharCode(...key);
}
