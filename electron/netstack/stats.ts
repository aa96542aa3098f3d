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
  /** Packets that were not delivered, by reason. */
  readonly drops: Readonly<Record<string, number>>;
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
  readonly drops: Record<string, number> = {};

  drop(reason: string): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }
}
