import type { Endpoint } from "../../wireguard/seam.ts";

/** The two ways a WireGuard datagram gets to a gateway. */
export type CarrierName = Endpoint["carrier"];
/** What a person may ask for. */
export type CarrierChoice = "auto" | CarrierName;

/** The WebSocket as the race sees it: connected while it is wanted, told of by `opened` and `closed` of the race. */
export interface StreamCarrier {
  readonly isOpen: boolean;
  /** Connects, and connects again whenever the connection is lost, until `stop`. Does nothing when started. */
  start(): void;
  stop(): void;
  /** Gives the connection up for a new one: nothing is heard over it any more. */
  restart(): void;
  /** Lost when it is not open. `datagram` is valid during the call only. */
  send(datagram: Uint8Array): void;
}

/** Which networks are known to swallow UDP to a gateway. */
export interface CarrierMemory {
  isUdpBlocked(gatewayHost: string): boolean;
  remember(gatewayHost: string, winner: CarrierName): void;
}

/** Why a datagram went no further outside of the device. */
export const CARRIER_DROPS = [
  /** It says that it is from where nothing can be sent to. */
  "unanswerable",
  /** No carrier took it. */
  "not-sent",
] as const;
export type CarrierDrop = (typeof CARRIER_DROPS)[number];

export const carrierLabel: Readonly<Record<CarrierName, string>> = { udp: "UDP", websocket: "WebSocket" };
