import type { IpAddress } from "../base/ip-address.ts";
import type { ErrorCode } from "./error-code.ts";

/** A place a datagram comes from or goes to. */
export interface UdpPeer {
  readonly address: IpAddress;
  readonly port: number;
}

export interface UdpBinding {
  /** One of the stack's addresses; all of them when left out. */
  readonly address?: IpAddress;
  /** 1..65535; a random free one when left out. */
  readonly port?: number;
}

/** `payload` is a view that is valid during the call only. `to` is the address of ours that was asked. */
export type DatagramListener = (payload: Uint8Array, from: UdpPeer, to: IpAddress, now: number) => void;

/** An ICMP error quoted a datagram that this socket sent to `peer` a short while ago. */
export type UdpErrorListener = (code: ErrorCode, peer: UdpPeer, now: number) => void;

export interface UdpSocket {
  readonly address: IpAddress | undefined;
  readonly port: number;
  /** Sends now; a payload above the path MTU leaves in fragments. Throws "host-unreachable" without an address of that family. */
  send(payload: Uint8Array, to: UdpPeer, now: number): void;
  dispose(): void;
}
