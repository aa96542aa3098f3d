import { openWorld, SEGMENT_BYTES, SERVER_PORTS } from "./anchor-world.ts";
import type { ClientResult } from "./client-job.ts";
import { medianOf, pairedRatio } from "./comparison.ts";
import { contest } from "./contest.ts";
import { format, type Row } from "./row.ts";

const ROUNDS = 15;
const WARM_UPS = 3;
const BULK_BYTES = 100_000_000;
const ECHOES = 2_000;

const JOBS = [
  { what: "bulk receive", kind: "recv", count: BULK_BYTES, packets: BULK_BYTES / SEGMENT_BYTES },
  { what: "bulk send", kind: "send", count: BULK_BYTES, packets: BULK_BYTES / SEGMENT_BYTES },
  { what: "one-byte echo", kind: "echo", count: ECHOES, packets: ECHOES },
] as const;

/**
 * This build and another one by turns, against one gateway: what a change costs or saves, on a machine that is never as fast twice.
 * `other` is the other build's dist/bench/culvert-client.js.
 */
export async function benchBuilds(other: string): Promise<Row[]> {
  const rows: Row[] = [];
  const world = await openWorld({ anchor: undefined, linux: false });
  try {
    const before = world.culvertOf(other);
    for (const { what, kind, count, packets } of JOBS) {
      const job = { kind, count, endpointPort: world.gatewayPort, port: SERVER_PORTS[kind] };
      const { results } = await contest(
        what,
        { culvert: () => world.culvert(job), other: () => before(job) },
        { rounds: ROUNDS, warmUps: WARM_UPS },
      );
      rows.push(rowOf(`${what}, CPU per packet`, "µs", results, ({ cpuMs }) => cpuMs && (cpuMs * 1e3) / packets));
      if (kind === "echo") rows.push(rowOf(`${what}, median`, "ms", results, ({ p50Ms }) => p50Ms));
      else rows.push(rowOf(what, "MB/s", results, ({ mbPerS }) => mbPerS));
    }
    return rows;
  } finally {
    await world.dispose();
  }
}

type Results = Readonly<Record<"culvert" | "other", readonly (ClientResult | undefined)[]>>;

function rowOf(what: string, unit: string, results: Results, of: (result: ClientResult) => number | undefined): Row {
  const [ours, theirs] = [results.culvert, results.other].map((all) => all.map((one) => one && of(one)));
  const { median, rounds } = pairedRatio(ours ?? [], theirs ?? []);
  const spread = standardError(rounds.map(Math.log));
  const against = `the other build ${format(medianOf(theirs ?? []))} ${unit}; the ratio ± ${spread.toFixed(3)}`;
  return { what: `builds, ${what}`, value: medianOf(ours ?? []), unit, against, ratio: median };
}

function standardError(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
