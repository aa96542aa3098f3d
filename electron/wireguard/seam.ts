import { formatHostPort } from "../base/ip-address.ts";
import type { Peer } from "./types.ts";

/**
 * What the device touches of the world: datagrams outside, IP packets inside. Everything else in this room is bytes and
 * a time. Both directions work on memory that is valid only during the call: who needs the bytes later copies them.
 *
 * - Out: `Device.encapsulate(buffer, offset, length)` seals the packet where it stands and gives the sink a view of it. When
 *   `buffer` is `packetSlots().memory`, nothing is copied on the way; the sink may hold the slot (`PacketSlots.retain`)
 *   instead of copying. `encapsulateRun` does so for packets of one length to one place: keys, timers and the place are looked
 *   at once for all of them.
 * - In: `Device.receive(datagram)` leaves the datagram as it is, opens it in a slot, and gives `deliver` the packet as buffer,
 *   offset and length. The slot is free again when `receive` returns.
 */

/** Where a datagram came from or goes to. Made by the bind; the device only compares keys and MACs address and port. */
export interface Endpoint {
  /** Two endpoints are the same place when their keys are. Nothing is to be read out of it. */
  readonly key: string;
  /** The way there: nothing to the device. */
  readonly carrier: "udp" | "websocket";
  /** Over UDP the numeric address with its zone, if it has one ("fe80::1%eth0"); over WebSocket the gateway's name. */
  readonly host: string;
  readonly port: number;
  /** 4 or 16 bytes, network order. */
  readonly address: Uint8Array;
}

/** The one maker of endpoints. */
export function endpointOf({ carrier, host, port, address }: Omit<Endpoint, "key">): Endpoint {
  return { key: `${carrier} ${formatHostPort(host, port)}`, carrier, host, port, address };
}

/** For people: "192.0.2.1:51820", "[2001:db8::1]:51820". */
export function placeText({ host, port }: Pick<Endpoint, "host" | "port">): string {
  return formatHostPort(host, port);
}

export interface DatagramSink {
  /**
   * `run` is datagrams of `length` bytes, one behind the other, in order and as if each had come through `sendDatagram`. Without this
   * method they do.
   */
  sendRun?(run: Uint8Array, length: number, to: Endpoint, peer: Peer): void;
  /**
   * `datagram` holds during the call only, and its slot while the sink holds that. Must not throw or call back. `peer` is whose
   * it is: several may be reached at one place. None for a cookie reply, whose receiver has not proved who it is.
   */
  sendDatagram(datagram: Uint8Array, to: Endpoint, peer?: Peer): void;
}

/** Room that `encapsulate` needs around an IP packet so that it can be sealed where it stands. */
export const HEADROOM = 16;
/** Padding to 16 bytes, and the tag. */
export const TAILROOM = 15 + 16;
