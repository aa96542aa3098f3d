import type { TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { type LinkOptions, TcpLink } from "./tcp-link.ts";
import { TcpMonitor } from "./tcp-monitor.ts";
import { openPair } from "./tcp-transfer.ts";

/** One bulk transfer from A to B over a path, and what bounds it. */
export interface Transfer {
  readonly path: Omit<LinkOptions, "seed">;
  readonly bytes: number;
  /** Virtual time after which the transfer is cut off and judged by what arrived. */
  readonly limitMs: number;
  /** Everything counts from here, so that slow start's luck is left out. */
  readonly warmUpMs?: number;
  readonly client?: TcpOptions;
  readonly server?: TcpOptions;
}

export interface Measured {
  /** Payload that reached the application per virtual millisecond, in bytes. */
  readonly goodput: number;
  /** Segments with payload that left A; those that repeated some; those lost at random; those the full queue dropped. */
  readonly segments: number;
  readonly repeats: number;
  readonly lost: number;
  readonly dropped: number;
  readonly timeouts: number;
  /** Acknowledgements without payload. */
  readonly acks: number;
}

/** Runs the transfer with every packet watched; the same seed gives the same figures on every machine. */
export function measure(transfer: Transfer, seed: number): Measured {
  const link = new TcpLink({ ...transfer.path, seed });
  const monitor = new TcpMonitor(link);
  const started = link.now;
  const { client, server } = transfer;
  const warmUp = transfer.warmUpMs ?? 0;
  const pair = openPair(link, transfer.bytes, 0, { ...(client && { client }), ...(server && { server }) });
  const arrived = (): number => pair.server()?.received ?? 0;
  const count = () => ({
    bytes: arrived(),
    segments: monitor.counts.a.data,
    repeats: monitor.counts.a.repeats,
    lost: link.paths.a.lost + link.paths.a.damaged,
    dropped: link.paths.a.dropped,
    timeouts: pair.client.connection.stats.timeouts,
    acks: monitor.counts.b.acks,
  });
  if (warmUp > 0) link.run(() => arrived() >= transfer.bytes, warmUp);
  const begin = count();
  link.run(() => arrived() >= transfer.bytes, transfer.limitMs - warmUp);
  const end = count();
  return {
    goodput: (end.bytes - begin.bytes) / (link.now - started - warmUp),
    segments: end.segments - begin.segments,
    repeats: end.repeats - begin.repeats,
    lost: end.lost - begin.lost,
    dropped: end.dropped - begin.dropped,
    timeouts: end.timeouts - begin.timeouts,
    acks: end.acks - begin.acks,
  };
}

/** Mean over several seeds; shares are of all segments of all runs. */
export function measureMean(transfer: Transfer, seeds: readonly number[]): Measured {
  const runs = seeds.map((seed) => measure(transfer, seed));
  const mean = (of: (run: Measured) => number): number => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    goodput: mean((run) => run.goodput),
    segments: mean((run) => run.segments),
    repeats: mean((run) => run.repeats),
    lost: mean((run) => run.lost),
    dropped: mean((run) => run.dropped),
    timeouts: mean((run) => run.timeouts),
    acks: mean((run) => run.acks),
  };
}
