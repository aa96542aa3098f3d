import type { Timers } from "../base/timer-wheel.ts";
import type { KeyPair } from "../crypto/x25519.ts";
import type { AllowedIps } from "./allowed-ips.ts";
import type { IndexTable } from "./index-table.ts";
import type { DevicePeer } from "./peer.ts";
import type { Endpoint } from "./seam.ts";
import type { PeerTimers } from "./timers.ts";
import type { DeviceEvent, DropReason, Peer } from "./types.ts";

/** What a peer needs of its device. */
export interface PeerContext {
  readonly identity: KeyPair;
  readonly mtu: number;
  /** DeviceOptions.firstContact */
  readonly isEager: boolean;
  readonly random: (length: number) => Uint8Array;
  readonly indices: IndexTable<DevicePeer>;
  readonly routes: AllowedIps<DevicePeer>;
  /** When each peer next wants the time. */
  readonly timers: Timers<PeerTimers>;
  nextTimestamp(): Uint8Array;
  send(datagram: Uint8Array, to: Endpoint, peer: Peer): void;
  sendRun(run: Uint8Array, length: number, to: Endpoint, peer: Peer): void;
  deliver(buffer: Uint8Array, offset: number, length: number, peer: Peer, now: number): void;
  drop(reason: DropReason): void;
  emit(event: DeviceEvent): void;
}
