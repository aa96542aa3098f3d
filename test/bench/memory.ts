import { type AnchorWorld, openWorld, SERVER_PORTS } from "./anchor-world.ts";
import type { ClientResult } from "./client-job.ts";
import { type Comparison, medianOf } from "./comparison.ts";

const ROUNDS = 5;
/** One alone drowns in what the collector leaves. */
const FEW = 16;
const MANY = 1_000;
const KIB = 1024;
/** Issue 4: of an idle connection. */
const MOST_KIB = 32;
/** Beside what a connection's buffers hold: the objects, and the last block of each buffer. */
const BESIDE_BUFFERS_KIB = 128;

interface Round {
  readonly few: ClientResult;
  readonly many: ClientResult;
  readonly unread: ClientResult;
}

/** What a connection costs our process: idle ones after some traffic, and one whose data nobody reads. */
export async function benchMemory(): Promise<Comparison[]> {
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    // A new process each time: a heap that has grown does not shrink.
    const world = await openWorld({ anchor: undefined, linux: false });
    try {
      rounds.push({
        few: await idle(world, FEW),
        many: await idle(world, MANY),
        unread: await unreadAlone(),
      });
    } finally {
      await world.dispose();
    }
    console.error(`  memory, round ${i + 1}: ${JSON.stringify(rounds.at(-1))}`);
  }
  const kib = (of: (round: Round) => number | undefined, share = 1): number => medianOf(rounds.map(of)) / share / KIB;
  return [
    row(
      `memory of an idle connection, of ${FEW}`,
      kib((round) => round.few.heldBytes, FEW),
      MOST_KIB,
    ),
    row(
      "memory of an idle connection, of 1,000",
      kib((round) => round.many.heldBytes, MANY),
      MOST_KIB,
    ),
    row(
      "resident memory of an idle connection, of 1,000",
      kib((round) => round.many.residentBytes, MANY),
      MOST_KIB,
    ),
    bulk(rounds),
  ];
}

/** Round by round: the buffers are tuned as they fill, and end at another size each time. */
function bulk(rounds: readonly Round[]): Comparison {
  const most = ({ unread }: Round): number => (unread.bufferedBytes ?? 0) + BESIDE_BUFFERS_KIB * KIB;
  const ratio = medianOf(rounds.map((round) => (round.unread.heldBytes ?? Number.NaN) / most(round)));
  return {
    what: "memory of an unread bulk connection",
    unit: "KiB",
    culvert: medianOf(rounds.map(({ unread }) => unread.heldBytes)) / KIB,
    bounds: [
      {
        ratio,
        words: `of what its buffers hold and ${BESIDE_BUFFERS_KIB} KiB, round by round`,
        verdict: ratio <= 1 ? "met" : "MISSED",
      },
    ],
  };
}

/** In a process of its own: what a thousand connections left is given back meanwhile, and would be taken off. */
async function unreadAlone(): Promise<ClientResult> {
  const world = await openWorld({ anchor: undefined, linux: false });
  try {
    const to = { endpointPort: world.gatewayPort, port: SERVER_PORTS.recv };
    // Compiled code, and nothing else.
    await world.culvert({ ...to, kind: "recv", count: 60_000_000 });
    return await world.culvert({ ...to, kind: "unread", count: 0 });
  } finally {
    await world.dispose();
  }
}

function idle(world: AnchorWorld, count: number): Promise<ClientResult> {
  return world.culvert({ kind: "idle", endpointPort: world.gatewayPort, port: SERVER_PORTS.echo, count });
}

function row(what: string, culvert: number, most: number): Comparison {
  const words = `of ${most.toFixed(0)} KiB`;
  return {
    what,
    unit: "KiB",
    culvert,
    bounds: [{ ratio: culvert / most, words, verdict: culvert < most ? "met" : "MISSED" }],
  };
}
