/**
 * What the device touches of the world: datagrams outside, IP packets inside. Everything else in this room is bytes and
 * a time. Both directions work on views that are valid only during the call: who needs the bytes later copies them.
 */

/** Where a datagram came from or goes to. Made by the bind; the device only compares keys and MACs address and port. */
export interface Endpoint {
  /** Two endpoints are the same place when their keys are, for example "udp 127.0.0.1:51820". */
  readonly key: string;
  /** 4 or 16 bytes, network order. */
  readonly address: Uint8Array;
  readonly port: number;
}

export interface DatagramSink {
  /** `datagram` is valid during the call only. Must not throw and must not call back into the device. */
  sendDatagram(datagram: Uint8Array, to: Endpoint): void;
}

/** Room that `encapsulate` needs around an IP packet so that it can be sealed where it stands. */
export const HEADROOM = 16;
/** Padding to 16 bytes, and the tag. */
export const TAILROOM = 15 + 16;
