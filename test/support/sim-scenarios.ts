import type { Transfer } from "./sim-measure.ts";

/** 50 Mbit/s, in bytes per millisecond. */
const RATE = 6_250;
const KIB = 1024;
const MIB = KIB * KIB;
const BYTES = 12 * MIB;
const LIMIT_MS = 60_000;

export interface Scenario {
  readonly name: string;
  /** Part of `npm test`; the others run with `npm run sim` only. */
  readonly quick: boolean;
  readonly transfer: Transfer;
}

const BUFFERS = [
  { text: "64 KiB", bytes: 64 * KIB },
  { text: "512 KiB", bytes: 512 * KIB },
  { text: "6 MiB", bytes: 6 * MIB },
];
const LOSSES = [0, 0.001, 0.01, 0.05];
const ROUND_TRIPS = [10, 50, 200];

/** What `npm test` runs: what tells most about a change for its time. */
const QUICK = [
  "64 KiB, 1 %, 50 ms",
  "6 MiB, 0 %, 50 ms",
  "6 MiB, 1 %, 50 ms",
  "6 MiB, 5 %, 50 ms",
  "dead for 3 ms in 300",
  "20 Mbit/s, queue of half a BDP",
  "NewReno, 1 % lost",
  "no SACK, 1 % lost",
  "60 ms, 1 % lost, 5 % reordered, 1 % doubled",
];

/** Where chance plays a part, the time behind slow start is measured; elsewhere the first 12 MiB are, slow start and all. */
function amount(random: boolean, rtt: number): Pick<Transfer, "bytes" | "limitMs" | "warmUpMs"> {
  if (!random) return { bytes: BYTES, limitMs: LIMIT_MS };
  const warmUpMs = Math.max(5_000, 50 * rtt);
  return { bytes: 1 << 30, limitMs: warmUpMs + Math.max(15_000, 300 * rtt), warmUpMs };
}

function grid(): Scenario[] {
  return BUFFERS.flatMap((buffer) =>
    LOSSES.flatMap((loss) =>
      ROUND_TRIPS.map((rtt) => {
        const name = `${buffer.text}, ${loss * 100} %, ${rtt} ms`;
        const transfer = {
          path: {
            delayMs: rtt / 2,
            bytesPerMs: RATE,
            queueBytes: Math.max(64 * KIB, RATE * rtt),
            loss,
            back: { loss: 0 },
          },
          ...amount(loss > 0, rtt),
          server: { receiveBufferMax: buffer.bytes },
        };
        return { name, quick: QUICK.includes(name), transfer };
      }),
    ),
  );
}

/** One thing at a time, on a path of 50 ms and 20 Mbit/s with a queue of one bandwidth-delay product, as a home's uplink. */
function single(name: string, path: Transfer["path"], rest: Partial<Transfer> = {}): Scenario {
  const base = { delayMs: 25, bytesPerMs: 2_500, queueBytes: BDP };
  const transfer = { ...amount(isRandom(path), 50), ...rest, path: { ...base, ...path } };
  return { name, quick: QUICK.includes(name), transfer };
}

/** Whether the seed makes a difference. */
export function isRandom(path: Transfer["path"]): boolean {
  const { loss, reorder, jitterMs, duplicate, corrupt, burst, back } = path;
  const shares = [loss, reorder, jitterMs, duplicate, corrupt, back?.loss];
  return burst !== undefined || shares.some((share) => (share ?? 0) > 0);
}

const BDP = 2_500 * 50;
const RENO = { client: { congestion: "new-reno" } } as const;

/** Everything in the table of test/sim/GOLDENS.md, in its order. */
export const SCENARIOS: readonly Scenario[] = [
  ...grid(),
  single("reordering, 5 % by 3 ms", { reorder: 0.05, reorderMs: 3 }),
  single("reordering, 5 % by 30 ms", { reorder: 0.05, reorderMs: 30 }),
  single("jitter of 8 ms that reorders", { jitterMs: 8, jitterReorders: true }),
  single("jitter of 20 ms in order", { jitterMs: 20 }),
  single("duplicates, 5 %", { duplicate: 0.05 }),
  single("damage, 1 %", { corrupt: 0.01 }),
  single("dead for 3 ms in 300", { burst: { goodMs: 297, badMs: 3 } }),
  single("dead for 50 ms in 5000", { burst: { goodMs: 4950, badMs: 50 } }),
  single("acknowledgements lost, 20 %", { back: { loss: 0.2 } }),
  single("1 % lost, one turn in 5 ms", { loss: 0.01, turnMs: 5 }),
  single("20 Mbit/s, queue of half a BDP", { queueBytes: BDP / 2 }),
  single("20 Mbit/s, queue of one BDP", {}),
  single("20 Mbit/s, queue of two BDP", { queueBytes: BDP * 2 }),
  single("20 Mbit/s, 1 Mbit/s back", { back: { bytesPerMs: 125 } }),
  single("NewReno, 1 % lost", { loss: 0.01 }, RENO),
  single("NewReno, 20 Mbit/s, queue of one BDP", {}, RENO),
  single("no SACK, 1 % lost", { loss: 0.01 }, { client: { sack: false } }),
  single("60 ms, 1 % lost, 5 % reordered, 1 % doubled", { delayMs: 30, loss: 0.01, reorder: 0.05, duplicate: 0.01 }),
  single("100 Mbit/s, 100 ms, 0.1 % lost", { bytesPerMs: 12_500, queueBytes: 1_250_000, delayMs: 50, loss: 0.001 }),
];
