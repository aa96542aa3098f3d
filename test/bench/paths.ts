import { startRelay } from "../support/interop/relay.ts";
import { culvertTransfer, runOf } from "./anchor.ts";
import { type AnchorWorld, type Figures, openWorld, type Run, SERVER_PORTS, type Transfer } from "./anchor-world.ts";
import { atLeast, atMost, type Bound, type Comparison, medianOf, pairedRatio } from "./comparison.ts";
import { type Contest, type Contestant, contest } from "./contest.ts";
import { median } from "./row.ts";

interface Path {
  readonly name: string;
  /** Of a round trip. */
  readonly rttMs: number;
  /** Each way. */
  readonly loss: number;
  readonly rateMbps: number;
  /** One product of bandwidth and delay. */
  readonly queueBytes: number;
  /** What a transfer moves: seconds, with losses enough to tell. */
  readonly bytes: number;
  /** So slow that all may run at the same moment, each through a relay of its own. */
  readonly together: boolean;
  /** For echoes: a relay's timers are late by up to a millisecond otherwise. */
  readonly precise?: boolean;
  /** Instead of five. */
  readonly rounds?: number;
}

const SEED = Number(process.env["CULVERT_SEED"] ?? 20_261_122);
const LOSSY: Path = {
  name: "50 ms, 1 % loss",
  rttMs: 50,
  loss: 0.01,
  rateMbps: 0,
  queueBytes: 0,
  bytes: 4_000_000,
  together: true,
};
const LONG: Path = {
  name: "100 ms, 0.1 % loss, 100 Mbit/s",
  rttMs: 100,
  loss: 0.001,
  rateMbps: 100,
  queueBytes: 1_250_000,
  bytes: 8_000_000,
  together: false,
  // Eight losses a transfer, and where the first one falls decides much of it: five rounds toss a coin.
  rounds: 11,
};
const DELAYED: Path = {
  name: "50 ms",
  rttMs: 50,
  loss: 0,
  rateMbps: 0,
  queueBytes: 0,
  bytes: 0,
  together: false,
  precise: true,
};
const LOCAL_ECHOES = 2_000;
/** So many that the 99th percentile is none of the worst three. */
const DELAYED_ECHOES = 400;
const WARM_CONNECTS = 8;

/** Transfers through bad paths: the same losses, drawn from one seed a round, for Culvert, the anchor and Linux's TCP. */
export async function benchPaths(anchor: string | undefined): Promise<Comparison[]> {
  const world = await openWorld({ anchor, linux: true });
  try {
    await warmUp(world);
    const rows: Comparison[] = [];
    for (const path of [LOSSY, LONG])
      for (const mode of ["recv", "send"] as const) rows.push(await transferThrough(world, path, mode));
    return rows;
  } finally {
    await world.dispose();
  }
}

/** Compiled code: a transfer through a slow path alone would take long to warm up. */
async function warmUp(world: AnchorWorld): Promise<void> {
  for (const mode of ["recv", "send"] as const)
    await culvertTransfer(world, { mode, endpointPort: world.gatewayPort, count: 30_000_000 });
}

async function transferThrough(world: AnchorWorld, path: Path, mode: "recv" | "send"): Promise<Comparison> {
  const what = `${mode === "recv" ? "receive" : "send"}, ${path.name}`;
  const count = path.bytes;
  const through = (run: Run | undefined): Contestant | undefined =>
    run && ((round) => throughRelay(world, path, SEED + round, (endpointPort) => run({ mode, endpointPort, count })));
  const { results, failures } = await contest(
    what,
    {
      culvert: through((transfer) => culvertTransfer(world, transfer)),
      linux: through(world.linux),
      anchor: through(world.anchor),
    },
    { warmUps: 0, together: path.together, ...(path.rounds === undefined ? {} : { rounds: path.rounds }) },
  );
  const rates = (of: readonly (Figures | undefined)[]) => of.map((figures) => figures?.mbPerS);
  const [culvert, linux, anchor] = [rates(results.culvert), rates(results.linux), rates(results.anchor)];
  return {
    what,
    unit: "MB/s",
    anchor: medianOf(anchor),
    linux: medianOf(linux),
    culvert: medianOf(culvert),
    bounds: [
      ...(world.anchor ? [atLeast(1, "anchor", pairedRatio(culvert, anchor))] : []),
      atLeast(0.8, "Linux", pairedRatio(culvert, linux)),
    ],
    failures,
  };
}

/** A relay of its own for each run: its losses begin anew. */
async function throughRelay(
  world: AnchorWorld,
  { rttMs, loss, rateMbps, queueBytes, precise = false }: Path,
  seed: number,
  run: (endpointPort: number) => Promise<Figures>,
): Promise<Figures> {
  const relay = await startRelay({
    seed,
    delayMs: rttMs / 2,
    loss,
    rateMbps,
    queueBytes,
    precise,
    rightPeerPort: world.gatewayPort,
    workerUrl: new URL("./relay-worker.js", import.meta.url),
  });
  try {
    const figures = await run(relay.leftPort);
    const { toLeft, toRight } = await relay.stats();
    return { ...figures, detail: { ...figures.detail, toLeft, toRight } };
  } finally {
    await relay.dispose();
  }
}

/** One-byte echoes on loopback and over a delayed path, and the round trips that a connection takes there. */
export async function benchLatency(anchor: string | undefined): Promise<Comparison[]> {
  const world = await openWorld({ anchor, linux: false });
  try {
    return [...(await localEcho(world)), ...(await delayed(world))];
  } finally {
    await world.dispose();
  }
}

async function localEcho(world: AnchorWorld): Promise<Comparison[]> {
  const transfer: Transfer = { mode: "echo", endpointPort: world.gatewayPort, count: LOCAL_ECHOES };
  // V8 compiles what an echo takes during the first 10,000 or so; a program that is open all day has that behind it.
  const outcome = await contest(
    "echo, loopback",
    { culvert: () => culvertTransfer(world, transfer), anchor: runOf(world.anchor, transfer) },
    { warmUps: 6 },
  );
  return echoRows("loopback", LOCAL_ECHOES, outcome);
}

async function delayed(world: AnchorWorld): Promise<Comparison[]> {
  const count = DELAYED_ECHOES;
  const echo = (run: Run | undefined): Contestant | undefined =>
    run &&
    ((round) =>
      throughRelay(world, DELAYED, SEED + round, (endpointPort) => run({ mode: "echo", endpointPort, count })));
  const outcome = await contest(
    "echo, 50 ms",
    {
      culvert: echo((transfer) => culvertTransfer(world, transfer)),
      warm: (round) => throughRelay(world, DELAYED, SEED + round, (port) => warmConnects(world, port)),
      anchor: echo(world.anchor),
    },
    { warmUps: 0 },
  );
  const {
    culvert,
    warm,
    anchor = [],
  } = outcome.results as typeof outcome.results & {
    anchor?: readonly (Figures | undefined)[];
  };
  const trips = (figures: readonly (Figures | undefined)[]) =>
    medianOf(figures.map((one) => one?.connectMs && one.connectMs / DELAYED.rttMs));
  const [ours, theirs, again] = [trips(culvert), trips(anchor), trips(warm)];
  return [
    ...echoRows("50 ms", count, outcome),
    {
      what: "connect with the handshake, 50 ms",
      unit: "round trips",
      anchor: theirs,
      culvert: ours,
      bounds: world.anchor ? [noMoreTrips(ours, theirs, "anchor")] : [],
    },
    {
      what: "connect in an open tunnel, 50 ms",
      unit: "round trips",
      culvert: again,
      bounds: [noMoreTrips(again, 1, "one")],
    },
  ];
}

function noMoreTrips(ours: number, theirs: number, name: string): Bound {
  // What is beside whole round trips is the machine's time: a quarter of one is far more than that, and far less than one.
  return { ratio: ours / theirs, words: `no more than ${name}`, verdict: ours <= theirs + 0.25 ? "met" : "MISSED" };
}

async function warmConnects(world: AnchorWorld, endpointPort: number): Promise<Figures> {
  const { warmMs = [] } = await world.culvert({
    kind: "connect",
    endpointPort,
    port: SERVER_PORTS.echo,
    count: WARM_CONNECTS,
  });
  return { connectMs: median(warmMs) };
}

function echoRows(path: string, count: number, { results, failures }: Contest<"culvert" | "anchor">): Comparison[] {
  return (["p50Ms", "p99Ms"] as const).map((key) => {
    const [ours, theirs] = [results.culvert.map((one) => one?.[key]), results.anchor.map((one) => one?.[key])];
    return {
      what: `one-byte echo, ${path}, ${count} a run, ${key === "p50Ms" ? "median" : "99th percentile"}`,
      unit: "ms",
      anchor: medianOf(theirs),
      culvert: medianOf(ours),
      bounds: theirs.length === 0 ? [] : [atMost(1, "anchor", pairedRatio(ours, theirs))],
      failures: key === "p50Ms" ? failures : [],
    };
  });
}
