/** Why a packet went no further. Each is a counter that the stats view can show. */
export const STACK_DROPS = [
  // IP
  "ip-version",
  "ip-malformed",
  "ip-checksum",
  "ip-not-ours",
  "ip-martian-source",
  "ip-option",
  "ip-source-route",
  "ip-header-chain",
  "ip-no-next-header",
  "ip-protocol",
  // Fragments
  "fragment-malformed",
  "fragment-overlap",
  "fragment-duplicate",
  "fragment-evicted",
  "fragment-timeout",
  // ICMP and UDP
  "icmp-malformed",
  "icmp-checksum",
  "icmp-ignored",
  "icmp-not-about-us",
  "icmp-rate-limit",
  "icmp-unasked",
  "udp-malformed",
  "udp-checksum",
  "udp-multicast",
  "udp-port-closed",
  // TCP
  "tcp-malformed",
  "tcp-checksum",
  "tcp-multicast",
  "tcp-no-connection",
  "tcp-half-open",
  "tcp-unexpected-syn",
  "tcp-no-syn",
  "tcp-no-ack",
  "tcp-bad-ack",
  "tcp-bad-reset",
  "tcp-inexact-reset",
  "tcp-duplicate",
  "tcp-out-of-window",
  "tcp-window-full",
  "tcp-paws",
  "tcp-time-wait",
  "tcp-too-many-holes",
  "tcp-accept-queue-full",
  "tcp-backlog-full",
] as const;
export type StackDrop = (typeof STACK_DROPS)[number];

/** What passed through a stack since it was made. */
export interface StackStats {
  readonly packetsIn: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly bytesOut: number;
  /** TCP segments with RST that came in and went out. */
  readonly resetsIn: number;
  readonly resetsOut: number;
  readonly echoRepliesOut: number;
  readonly icmpErrorsIn: number;
  readonly icmpErrorsOut: number;
  readonly fragmentsIn: number;
  readonly fragmentsOut: number;
  readonly reassembled: number;
  /** Bytes held for datagrams that are not complete yet. */
  readonly reassemblyBytes: number;
  /** Packets that were not delivered, by reason; a reason that never was one is left out. */
  readonly drops: Readonly<Partial<Record<StackDrop, number>>>;
}

/** The same counters, as the layers write them. */
export class StackCounters implements StackStats {
  packetsIn = 0;
  bytesIn = 0;
  packetsOut = 0;
  bytesOut = 0;
  resetsIn = 0;
  resetsOut = 0;
  echoRepliesOut = 0;
  icmpErrorsIn = 0;
  icmpErrorsOut = 0;
  fragmentsIn = 0;
  fragmentsOut = 0;
  reassembled = 0;
  reassemblyBytes = 0;
  readonly drops: Partial<Record<StackDrop, number>> = {};

  drop(reason: StackDrop): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }
}
