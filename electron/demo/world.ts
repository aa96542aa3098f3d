import { Emitter } from "../base/emitter.ts";
import { CulvertError } from "../base/errors.ts";
import { type IpAddress, ipFromBytes, maskAddress } from "../base/ip-address.ts";
import { hash, hmacHash } from "../crypto/blake2s.ts";
import { clampPrivateKey, KEY_LENGTH, publicKeyOf } from "../crypto/x25519.ts";
import { buildWorld } from "./world-build.ts";
import { NEAREST_REGION, REGIONS, type RegionRecord, VIEWER } from "./world-data.ts";
import type {
  App,
  Gateway,
  Machine,
  Network,
  Organization,
  Peer,
  PeerChange,
  PeerInput,
  PeerRefusal,
  Viewer,
} from "./world-records.ts";

/**
 * The demo cloud's data: everything the API, the gateway, DNS and the machines answer from. Pure: no socket, no timer, no
 * random source; the same seed gives the same ids, names, addresses and keys. Peers are the only thing users add, and
 * they live as long as the object: after a restart old peers are unknown, as after a real platform's clean-up.
 */

export type {
  App,
  Gateway,
  Machine,
  Network,
  Organization,
  Peer,
  PeerChange,
  PeerInput,
  PeerRefusal,
  Viewer,
} from "./world-records.ts";

const MOST_PEERS_PER_NETWORK = 4096;
const PEER_BLOCK_BITS = 120;

export class World {
  readonly viewer: Viewer;
  /** Bearer token of the API. */
  readonly token: string;
  readonly organizations: readonly Organization[];
  readonly networks: readonly Network[];
  readonly apps: readonly App[];
  readonly regions: readonly RegionRecord[] = REGIONS;
  readonly nearestRegion: RegionRecord;
  readonly gateways: readonly Gateway[];
  readonly #derivedFrom: Uint8Array;
  readonly #machines = new Map<string, Machine>();
  readonly #peers = new Map<string, Peer>();
  readonly #peersChanged = new Emitter<PeerChange>();
  readonly #machineChanged = new Emitter<Machine>();

  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new CulvertError("internal", `a demo seed has 32 bytes, not ${seed.length}`);
    this.#derivedFrom = hmacHash(seed, new TextEncoder().encode("culvert demo world"));
    const built = buildWorld((label, length) => this.derive(label, length));
    this.organizations = built.organizations;
    this.networks = built.networks;
    this.apps = built.apps;
    for (const machine of built.machines) this.#machines.set(machine.id, machine);
    this.viewer = { id: built.viewerId, name: VIEWER.name, email: VIEWER.email };
    this.token = `fo1_${Buffer.from(this.derive("token", 32)).toString("base64url")}`;
    this.nearestRegion = must(REGIONS.find((region) => region.code === NEAREST_REGION));
    this.gateways = REGIONS.filter((region) => region.gatewayAvailable).map(({ code }) => ({
      name: `${code}1`,
      region: code,
    }));
  }

  /** `length` bytes (at most 8160) that follow from the seed and `label` alone: HKDF-Expand (RFC 5869) over BLAKE2s. */
  derive(label: string, length: number): Uint8Array {
    const info = new TextEncoder().encode(label);
    const out = new Uint8Array(length);
    let block: Uint8Array = new Uint8Array(0);
    for (let at = 0, counter = 1; at < length; at += block.length, counter++) {
      if (counter > 255) throw new RangeError("derive gives at most 8160 bytes");
      block = hmacHash(this.#derivedFrom, block, info, Uint8Array.of(counter));
      out.set(block.subarray(0, length - at), at);
    }
    return out;
  }

  /** X25519 private key of the gateway, clamped. */
  get gatewayPrivateKey(): Uint8Array {
    return clampPrivateKey(this.derive("gateway private key", KEY_LENGTH));
  }

  get gatewayPublicKey(): Uint8Array {
    return publicKeyOf(this.gatewayPrivateKey);
  }

  /** Ed25519 seed of the certificate authority, 32 bytes. */
  get caSeed(): Uint8Array {
    return this.derive("certificate authority", 32);
  }

  /** Ed25519 seed of a machine's SSH host key, 32 bytes. */
  hostKeySeed(machineId: string): Uint8Array {
    return this.derive(`host key ${machineId}`, 32);
  }

  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** By slug or rawSlug: both name the personal organization. */
  organization(slug: string): Organization | undefined {
    return this.organizations.find((organization) => organization.slug === slug || organization.rawSlug === slug);
  }

  organizationById(id: string): Organization | undefined {
    return this.organizations.find((organization) => organization.id === id);
  }

  app(name: string): App | undefined {
    return this.apps.find((app) => app.name === name);
  }

  appsOf(orgSlug: string): readonly App[] {
    return this.apps.filter((app) => app.orgSlug === orgSlug);
  }

  appsOn(networkId: number): readonly App[] {
    return this.apps.filter((app) => app.networkId === networkId);
  }

  machine(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  machinesOf(appName: string): readonly Machine[] {
    return this.machines.filter((machine) => machine.appName === appName);
  }

  /** Running or not. Addresses are unique in the world. */
  machineAt(address: IpAddress): Machine | undefined {
    return this.machines.find((machine) => machine.address.text === address.text);
  }

  network(id: number): Network | undefined {
    return this.networks.find((network) => network.id === id);
  }

  networkNamed(orgSlug: string, name: string | null): Network | undefined {
    return this.networks.find((network) => network.orgSlug === orgSlug && network.name === name);
  }

  peersOf(orgSlug: string): readonly Peer[] {
    return this.peers.filter((peer) => peer.orgSlug === orgSlug);
  }

  /** The changed machine, or undefined when there is none of that id. Starting a started one changes nothing. */
  setMachineState(id: string, state: Machine["state"]): Machine | undefined {
    const before = this.#machines.get(id);
    if (before === undefined || before.state === state) return before;
    const machine = { ...before, state };
    this.#machines.set(id, machine);
    this.#machineChanged.fire(machine);
    return machine;
  }

  startMachine(id: string): Machine | undefined {
    return this.setMachineState(id, "started");
  }

  stopMachine(id: string): Machine | undefined {
    return this.setMachineState(id, "stopped");
  }

  addPeer(input: PeerInput): Peer | PeerRefusal {
    const network = this.networkNamed(input.orgSlug, input.network ?? null);
    if (network === undefined) return { refused: "Network could not be found" };
    const refused = this.#peerRefusal(input, network);
    if (refused !== undefined) return { refused };
    const publicKey = Uint8Array.from(input.publicKey);
    const address = this.#peerAddress(network, publicKey);
    const peer: Peer = {
      id: Buffer.from(this.derive(`peer ${address.text}`, 9)).toString("base64url"),
      name: input.name,
      orgSlug: input.orgSlug,
      networkId: network.id,
      region: input.region ?? this.nearestRegion.code,
      publicKey,
      block: maskAddress(address, PEER_BLOCK_BITS),
      address,
    };
    this.#peers.set(address.text, peer);
    this.#peersChanged.fire({ kind: "added", peer });
    return peer;
  }

  /** The removed peer, or undefined when the organization has none of that name. */
  removePeer(orgSlug: string, name: string): Peer | undefined {
    const peer = this.peers.find((candidate) => candidate.orgSlug === orgSlug && candidate.name === name);
    if (peer === undefined) return undefined;
    this.#peers.delete(peer.address.text);
    this.#peersChanged.fire({ kind: "removed", peer });
    return peer;
  }

  /** The live peer with this peerip. */
  peerAt(address: IpAddress): Peer | undefined {
    return this.#peers.get(address.text);
  }

  /** Fires after each change: the gateway adds or removes the peer of its device. */
  onPeersChanged(listener: (change: PeerChange) => void): { dispose(): void } {
    return this.#peersChanged.on(listener);
  }

  /** Fires with the machine as it is after a start or stop. */
  onMachineChanged(listener: (machine: Machine) => void): { dispose(): void } {
    return this.#machineChanged.on(listener);
  }

  /**
   * The block follows from the key: after a restart nobody else gets the address of a peer that is forgotten, whose owner
   * would then be told that it is still valid.
   */
  #peerAddress(network: Network, publicKey: Uint8Array): IpAddress {
    const wanted = hash(publicKey);
    for (
      let block = new DataView(wanted.buffer, wanted.byteOffset).getUint32(0) >>> 8;
      ;
      block = (block + 1) & 0xff_ffff
    ) {
      const address = peerAddress(network, block);
      if (!this.#peers.has(address.text)) return address;
    }
  }

  #peerRefusal(input: PeerInput, network: Network): string | undefined {
    if (!/^[A-Za-z0-9-]{1,63}$/.test(input.name)) return "Name can only contain letters, numbers and dashes";
    if (input.publicKey.length !== KEY_LENGTH || input.publicKey.every((byte) => byte === 0))
      return "Pubkey is invalid";
    const peers = this.peers;
    if (peers.some((peer) => peer.orgSlug === input.orgSlug && peer.name === input.name))
      return "Name has already been taken";
    // One gateway key serves every network: a WireGuard device tells its peers apart by public key alone.
    if (peers.some((peer) => Buffer.compare(peer.publicKey, input.publicKey) === 0))
      return "Pubkey has already been taken";
    if (input.region !== undefined && !this.gateways.some((gateway) => gateway.region === input.region))
      return "Region has no WireGuard gateway";
    if (peers.filter((peer) => peer.networkId === network.id).length >= MOST_PEERS_PER_NETWORK) return "Too many peers";
    return undefined;
  }
}

/** The demo cloud of this 32-byte seed. */
export function createWorld(seed: Uint8Array): World {
  return new World(seed);
}

/** fly-platform.md section 3: `<prefix>:a7b:1:0:<24 bits of block><02>`; every block is a /120. */
function peerAddress(network: Network, block: number): IpAddress {
  const bytes = Uint8Array.from(network.prefix.address.bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(6, 0x0a7b_0001);
  view.setUint32(12, block * 256 + 2);
  return ipFromBytes(bytes);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new CulvertError("internal", "the demo's data lacks a part");
  return value;
}
