import type { Endpoint } from "./seam.ts";
import type { DeviceOptions, DeviceStats, InitiateOptions, Peer, PeerConfig } from "./types.ts";

export type {
  DeviceEvent,
  DeviceOptions,
  DeviceStats,
  DropReason,
  InitiateOptions,
  Peer,
  PeerConfig,
  PeerStats,
} from "./types.ts";

/** Signatures first; the body follows. */
export declare class Device {
  constructor(options: DeviceOptions);
  readonly publicKey: Uint8Array;
  readonly peers: Iterable<Peer>;
  readonly stats: DeviceStats;
  /** The greatest TAI64N sent, to persist beside the private key; undefined before the first initiation. */
  readonly lastTimestamp: Uint8Array | undefined;
  /** Adds a peer, or brings one that is there to `config`. Wake the loop afterwards: it may have begun a handshake (W28). */
  addPeer(config: PeerConfig, now: number): Peer;
  removePeer(publicKey: Uint8Array): boolean;
  peer(publicKey: Uint8Array): Peer | undefined;
  setPrivateKey(privateKey: Uint8Array, now: number): void;
  /** Takes any bytes; opens in place, so `datagram` may be written to. */
  receive(datagram: Uint8Array, from: Endpoint, now: number): void;
  /** Sends the IP packet of `length` bytes at `offset`, with HEADROOM before and TAILROOM behind it, sealed in place. */
  encapsulate(buffer: Uint8Array, offset: number, length: number, now: number): "sent" | "staged" | "unreachable";
  initiateHandshake(peer: Peer, now: number, options?: InitiateOptions): void;
  endTurn(now: number): void;
  tick(now: number): void;
  nextDeadline(): number;
  /** Erases all keys; the device must not be used afterwards. */
  dispose(): void;
}
