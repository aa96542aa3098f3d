import type { IpPrefix } from "../base/ip-address.ts";
import { type KeyPair, keyPairOf } from "../crypto/x25519.ts";
import type { Core } from "../engine/core-loop.ts";
import { LOAD_THRESHOLD_PER_SECOND } from "../wireguard/constants.ts";
import { Device, type Peer as DevicePeer, type DeviceStats } from "../wireguard/device.ts";
import { MessageType, messageType, parseInitiation } from "../wireguard/messages.ts";
import { openInitiation } from "../wireguard/noise.ts";
import type { DatagramSink, Endpoint } from "../wireguard/seam.ts";
import { type GatewayModes, ORDINARY_MODES } from "./gateway-modes.ts";

export interface GatewayPeer {
  readonly publicKey: Uint8Array;
  readonly allowedIps: readonly IpPrefix[];
}

export interface GatewayCoreOptions<T> {
  readonly privateKey: Uint8Array;
  readonly mtu: number;
  random(length: number): Uint8Array;
  wall(): number;
  readonly sink: DatagramSink;
  /** `tag` is what the sender was admitted with. */
  deliver(buffer: Uint8Array, offset: number, length: number, tag: T, now: number): void;
}

/** A peer that the platform has made, whether or not the device has been told. */
interface Known<T> {
  readonly peer: GatewayPeer;
  readonly tag: T;
  /** When the device learns of it; Infinity: when it calls. */
  installAt: number;
  /** Where its first initiation came from: the gateway calls back there. */
  calledFrom: Endpoint | undefined;
}

/**
 * The gateway as a pure core: our device, by the book as the kernel's is, and the registry that decides when it learns of a
 * peer. Bytes and a time in, bytes out; `Gateway` gives it sockets and a clock.
 */
export class GatewayCore<T> implements Core {
  readonly #device: Device;
  readonly #identity: KeyPair;
  readonly #known = new Map<string, Known<T>>();
  readonly #tags = new Map<DevicePeer, T>();
  #modes: GatewayModes = ORDINARY_MODES;

  constructor(options: GatewayCoreOptions<T>) {
    this.#identity = keyPairOf(options.privateKey);
    this.#device = new Device({
      privateKey: options.privateKey,
      mtu: options.mtu,
      random: (length) => options.random(length),
      wall: () => options.wall(),
      firstContact: "by-the-book",
      sink: {
        sendDatagram: (datagram, to) => {
          if (!this.#isCut(to)) options.sink.sendDatagram(datagram, to);
        },
      },
      deliver: (buffer, offset, length, peer, now) => {
        const tag = this.#tags.get(peer);
        if (tag !== undefined) options.deliver(buffer, offset, length, tag, now);
      },
    });
  }

  get modes(): GatewayModes {
    return this.#modes;
  }

  get stats(): DeviceStats {
    return this.#device.stats;
  }

  set(modes: Partial<GatewayModes>, now: number): void {
    const before = this.#modes;
    this.#modes = { ...before, ...modes };
    this.#device.setLoadThreshold(this.#modes.underLoad ? 0 : LOAD_THRESHOLD_PER_SECOND);
    if (before.unknownPeers === this.#modes.unknownPeers) return;
    for (const known of this.#known.values()) {
      if (this.#modes.unknownPeers) this.#uninstall(known);
      else known.installAt = now;
    }
    this.#installDue(now);
  }

  admit(peer: GatewayPeer, tag: T, now: number): void {
    const installAt = this.#modes.callBack ? Number.POSITIVE_INFINITY : now + this.#modes.latePeerMs;
    this.#known.set(keyText(peer.publicKey), { peer, tag, installAt, calledFrom: undefined });
    this.#installDue(now);
  }

  expel(publicKey: Uint8Array): void {
    const known = this.#known.get(keyText(publicKey));
    if (known === undefined) return;
    this.#uninstall(known);
    this.#known.delete(keyText(publicKey));
  }

  evict(publicKey?: Uint8Array): void {
    const one = publicKey === undefined ? undefined : this.#known.get(keyText(publicKey));
    const evicted = publicKey === undefined ? [...this.#known.values()] : one === undefined ? [] : [one];
    for (const known of evicted) {
      this.#uninstall(known);
      known.installAt = Number.POSITIVE_INFINITY;
    }
  }

  receive(datagram: Uint8Array, from: Endpoint, now: number): void {
    if (this.#isCut(from)) return;
    const isInitiation = messageType(datagram) === MessageType.initiation;
    if (isInitiation && this.#modes.dropInitiations > 0) {
      this.#modes = { ...this.#modes, dropInitiations: this.#modes.dropInitiations - 1 };
      return;
    }
    const caller = isInitiation ? this.#unknownCaller(datagram) : undefined;
    this.#device.receive(datagram, from, now);
    if (caller === undefined) return;
    // The device has just dropped its initiation: the peer learns by our own that it is known.
    caller.calledFrom = from;
    caller.installAt = now + this.#modes.lookupMs;
    this.#installDue(now);
  }

  encapsulate(buffer: Uint8Array, offset: number, length: number, now: number): void {
    this.#device.encapsulate(buffer, offset, length, now);
  }

  endTurn(now: number): void {
    this.#device.endTurn(now);
  }

  tick(now: number): void {
    this.#installDue(now);
    this.#device.tick(now);
  }

  nextDeadline(): number {
    let earliest = this.#device.nextDeadline();
    if (this.#modes.unknownPeers) return earliest;
    for (const known of this.#known.values()) {
      if (!this.#isInstalled(known)) earliest = Math.min(earliest, known.installAt);
    }
    return earliest;
  }

  dispose(): void {
    this.#device.dispose();
    this.#identity.erase();
    this.#known.clear();
    this.#tags.clear();
  }

  /** Whose initiation it is, if the device waits to be told of that peer until it calls. */
  #unknownCaller(datagram: Uint8Array): Known<T> | undefined {
    if (this.#modes.unknownPeers) return undefined;
    const onDemand = [...this.#known.values()].some((known) => known.installAt === Number.POSITIVE_INFINITY);
    const opened = onDemand ? openInitiation(this.#identity, parseInitiation(datagram)) : undefined;
    if (opened === undefined) return undefined;
    opened.state.erase();
    const known = this.#known.get(keyText(opened.remoteStatic));
    return known?.installAt === Number.POSITIVE_INFINITY ? known : undefined;
  }

  #installDue(now: number): void {
    if (this.#modes.unknownPeers) return;
    for (const known of this.#known.values()) {
      if (now < known.installAt || this.#isInstalled(known)) continue;
      const endpoint = known.calledFrom;
      const peer = this.#device.addPeer({ ...known.peer, ...(endpoint === undefined ? {} : { endpoint }) }, now);
      this.#tags.set(peer, known.tag);
      known.calledFrom = undefined;
      if (endpoint !== undefined) this.#device.initiateHandshake(peer, now);
    }
  }

  #uninstall(known: Known<T>): void {
    const installed = this.#device.peer(known.peer.publicKey);
    if (installed !== undefined) this.#tags.delete(installed);
    this.#device.removePeer(known.peer.publicKey);
  }

  #isInstalled(known: Known<T>): boolean {
    return this.#device.peer(known.peer.publicKey) !== undefined;
  }

  #isCut(place: Endpoint): boolean {
    return this.#modes.udpBlocked && place.carrier === "udp";
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}
