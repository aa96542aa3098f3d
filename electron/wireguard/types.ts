import type { IpPrefix } from "../base/ip-address.ts";
import type { DatagramSink, Endpoint } from "./seam.ts";

/** The public face of the room: what `Device` takes, gives and tells. Keys are 32 raw bytes, times are monotonic ms. */

export interface PeerConfig {
  readonly publicKey: Uint8Array;
  /** 32 bytes; all zero is the same as none. */
  readonly presharedKey?: Uint8Array;
  /** Where to send before the peer has been heard; a peer without one can only call us. */
  readonly endpoint?: Endpoint;
  readonly allowedIps: readonly IpPrefix[];
  /** 1..65535; 0 or left out for none. */
  readonly persistentKeepaliveSeconds?: number;
}

export interface DeviceOptions {
  /** Copied; the caller may erase its own. X25519 clamps it. */
  readonly privateKey: Uint8Array;
  /** Of the inner network: padding never makes a packet longer than this. */
  readonly mtu: number;
  /** Cryptographically strong bytes. */
  random(length: number): Uint8Array;
  /** Unix milliseconds, for TAI64N only; it may jump. */
  wall(): number;
  readonly sink: DatagramSink;
  /**
   * An inner IP packet that passed every check, padding trimmed: `length` bytes at `offset`. They hold during the call only,
   * and may be written to.
   */
  deliver(buffer: Uint8Array, offset: number, length: number, peer: Peer, now: number): void;
  /**
   * A handshake message that waited for its turn is computed within: `compute` is to be called once. For whoever must know
   * where what happens comes from; for a message that does not wait, that is told by the caller of `receive`.
   */
  aroundQueued?(from: Endpoint, compute: () => void, now: number): void;
  /** Called at the end of the turn or tick; may use the device freely, also to remove the peer. */
  onEvent?(event: DeviceEvent): void;
  /** The 12 bytes of `Device.lastTimestamp` that an earlier run with this private key persisted. */
  readonly lastTimestamp?: Uint8Array;
  /** Handshake messages a second from which senders must prove their address; our tuning when left out. */
  readonly loadThreshold?: number;
  /**
   * "eager", the default: cold initiations come quickly, and a peer that fell silent is called with the next packet
   * (see COLD_GAPS_MS). "by-the-book" keeps to the paper's timers, as a responder like the kernel's does.
   */
  readonly firstContact?: "eager" | "by-the-book";
}

export interface PeerStats {
  /** Bytes of authentic datagrams, WireGuard headers and handshakes included, UDP and IP headers not. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Inner IP packets; keepalives are counted apart. */
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly keepalivesIn: number;
  readonly keepalivesOut: number;
  /** Initiations and responses. */
  readonly handshakesSent: number;
  readonly handshakesReceived: number;
  readonly handshakesCompleted: number;
  /** Given up for want of an answer. */
  readonly handshakesFailed: number;
  /** Packets that waited for a session and were dropped for newer ones or for want of an answer. */
  readonly stagedDropped: number;
  readonly lastHandshakeAt: number | undefined;
  /** From our initiation to its response; undefined while the peer has done all the initiating. */
  readonly lastHandshakeRttMs: number | undefined;
  /** Last authentic datagram, keepalives and handshakes included. */
  readonly lastReceivedAt: number | undefined;
}

export interface Peer {
  readonly publicKey: Uint8Array;
  readonly endpoint: Endpoint | undefined;
  readonly allowedIps: readonly IpPrefix[];
  readonly persistentKeepaliveSeconds: number;
  readonly stats: PeerStats;
  /** When the key in use was agreed; undefined when there is none. */
  readonly sessionSince: number | undefined;
  /** Whether a packet would go out at once; false also for a key that is too old. */
  maySend(now: number): boolean;
  /** Until the peer itself is heard from somewhere else. */
  setEndpoint(endpoint: Endpoint): void;
  /** Acts at the next handshake (W43). Copied; undefined for none. */
  setPresharedKey(key: Uint8Array | undefined): void;
  /** Replaces the whole list; a prefix that another peer holds moves here (W34). */
  setAllowedIps(prefixes: readonly IpPrefix[]): void;
  /** 0 for none. Sends one at once when it is switched on (W28). */
  setPersistentKeepalive(seconds: number, now: number): void;
}

/** Why a datagram or packet went no further. Each is a counter that the stats view can show. */
export const DROP_REASONS = [
  "malformed",
  "mac1-mismatch",
  "cookie-demanded",
  /** As before, but enough cookies went out in this second. */
  "cookie-withheld",
  "rate-limited",
  "handshake-queue-full",
  "unknown-peer",
  "handshake-invalid",
  "handshake-replayed",
  "handshake-flood",
  "unknown-index",
  "cookie-invalid",
  "key-expired",
  "counter-exhausted",
  "tag-mismatch",
  "replayed",
  "inner-malformed",
  "inner-source-not-allowed",
  "no-route",
  "no-endpoint",
  "weak-key",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export interface DeviceStats {
  readonly drops: Readonly<Record<DropReason, number>>;
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  readonly cookiesSent: number;
  readonly cookiesReceived: number;
}

export type DeviceEvent =
  | { readonly kind: "handshake-sent"; readonly peer: Peer; readonly now: number; readonly attempt: number }
  | {
      readonly kind: "handshake-complete";
      readonly peer: Peer;
      readonly now: number;
      readonly role: "initiator" | "responder";
      /** From our initiation to its response; undefined for the responder. */
      readonly rttMs: number | undefined;
    }
  | { readonly kind: "handshake-gave-up"; readonly peer: Peer; readonly now: number; readonly attempts: number }
  /** A handshake message of this peer was refused; told at most once a second, and counted each time. */
  | { readonly kind: "handshake-refused"; readonly peer: Peer; readonly now: number; readonly reason: RefusalReason }
  /** All keys of the peer were erased: 540 s after the last was agreed, or because it was asked for. */
  | {
      readonly kind: "session-expired";
      readonly peer: Peer;
      readonly now: number;
      readonly cause: "age" | "requested";
    }
  | { readonly kind: "endpoint-changed"; readonly peer: Peer; readonly now: number; readonly endpoint: Endpoint }
  /** The peer is under load and wants proof of our address; the next initiation carries it. */
  | { readonly kind: "cookie-received"; readonly peer: Peer; readonly now: number }
  /** Whether those who call us must prove their address. */
  | { readonly kind: "load-changed"; readonly now: number; readonly underLoad: boolean };

export type RefusalReason = "handshake-invalid" | "handshake-replayed" | "handshake-flood";

export interface InitiateOptions {
  /** Starts cold and goes past the limit of one in 5 s: for resume and network changes, when the wait helps nobody. */
  readonly force?: boolean;
  /** With `force`: whoever is being called already is called once more, and is given up no later for it (W07). */
  readonly goesOn?: boolean;
  /** Erases the keys in hand, whose age a sleeping machine cannot tell; packets wait for the new ones. */
  readonly expireKeys?: boolean;
}
