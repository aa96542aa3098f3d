import { fork } from "node:child_process";
import { join } from "node:path";
import {
  type AnchorWorld,
  DATAGRAM_BYTES,
  type Figures,
  message,
  openWorld,
  SEGMENT_BYTES,
  SERVER_PORTS,
} from "./anchor-world.ts";
import type { BareUdpResult } from "./bare-udp.ts";
import { atLeast, atMost, type Comparison, medianOf, pairedRatio } from "./comparison.ts";

const ROUNDS = 5;
const BULK_BYTES = 100_000_000;
const BARE_UDP_MS = 1_000;

interface Round {
  culvert?: Figures;
  anchor?: Figures;
  /** µs of CPU a datagram. */
  bareUs?: number;
}

/**
 * Bulk through the tunnel, straight to the gateway: Culvert, the anchor, and beside them what a bare datagram costs a Node
 * process. Contestants take turns, A B B A, and a first round warms up.
 */
export async function benchAnchor(anchor: string | undefined): Promise<Comparison[]> {
  const world = await openWorld({ anchor, linux: false });
  try {
    return [...(await bulk(world, "recv", anchor !== undefined)), ...(await bulk(world, "send", anchor !== undefined))];
  } finally {
    await world.dispose();
  }
}

async function bulk(world: AnchorWorld, mode: "recv" | "send", withAnchor: boolean): Promise<Comparison[]> {
  const failures: string[] = [];
  const rounds: Round[] = [];
  const transfer = { mode, endpointPort: world.gatewayPort, count: BULK_BYTES } as const;
  for (let i = -1; i < ROUNDS; i++) {
    const round: Round = {};
    const turns = [
      async () => {
        round.culvert = await culvertTransfer(world, transfer);
      },
      async () => {
        if (withAnchor) round.anchor = await world.anchor(transfer);
      },
      async () => {
        const bare = await bareUdp();
        round.bareUs = mode === "recv" ? bare.receive : bare.send;
      },
    ];
    if (i % 2 !== 0) turns.reverse();
    for (const turn of turns) {
      await turn().catch((error: unknown) => failures.push(String(error)));
      await pause(200);
    }
    report(mode, i, round);
    if (i >= 0) rounds.push(round);
  }
  const name = mode === "recv" ? "bulk receive" : "bulk send";
  const rate = (figures: Figures | undefined): number | undefined => figures?.mbPerS;
  const cost = (figures: Figures | undefined): number | undefined =>
    figures?.cpuMs === undefined ? undefined : (figures.cpuMs * 1e3) / (BULK_BYTES / SEGMENT_BYTES);
  const ours = rounds.map(({ culvert }) => culvert);
  const theirs = rounds.map(({ anchor }) => anchor);
  const bare = rounds.map(({ bareUs }) => bareUs);
  const costRatio = pairedRatio(ours.map(cost), bare);
  return [
    {
      what: name,
      unit: "MB/s",
      ...(withAnchor ? { anchor: medianOf(theirs.map(rate)) } : {}),
      culvert: medianOf(ours.map(rate)),
      bounds: withAnchor ? [atLeast(1, "anchor", pairedRatio(ours.map(rate), theirs.map(rate)))] : [],
      failures,
    },
    {
      what: `${name}, CPU per packet`,
      unit: "µs",
      ...(withAnchor ? { anchor: medianOf(theirs.map(cost)) } : {}),
      bare: medianOf(bare),
      culvert: medianOf(ours.map(cost)),
      bounds: [atMost(2, "bare UDP", costRatio)],
    },
  ];
}

export async function culvertTransfer(
  world: AnchorWorld,
  { mode, endpointPort, count }: { mode: "recv" | "send"; endpointPort: number; count: number },
): Promise<Figures> {
  const result = await world.culvert({ kind: mode, endpointPort, port: SERVER_PORTS[mode], count });
  if (result.failed !== undefined) throw new Error(`Culvert: ${result.failed}`);
  const { connectMs = Number.NaN, mbPerS = Number.NaN, cpuMs = Number.NaN, detail = {} } = result;
  return { connectMs, mbPerS, cpuMs, detail };
}

/** One process sends to another for a while: µs of CPU a datagram, each. */
async function bareUdp(): Promise<{ send: number; receive: number }> {
  const program = join(import.meta.dirname, "bare-udp.js");
  const receiver = fork(program, ["receive"]);
  try {
    const port = await message(receiver);
    const sender = fork(program, ["send", String(port), String(DATAGRAM_BYTES), String(BARE_UDP_MS)]);
    const sent = (await message(sender)) as BareUdpResult;
    const answer = message(receiver);
    receiver.send("count");
    const received = (await answer) as BareUdpResult;
    return { send: sent.cpuUs / sent.datagrams, receive: received.cpuUs / received.datagrams };
  } finally {
    receiver.kill();
  }
}

/** Every run on standard error: a median hides what a single run shows. */
export function report(what: string, round: number, figures: unknown): void {
  const shown = JSON.stringify(figures, (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value,
  );
  console.error(`  ${what} ${round < 0 ? "warm-up" : `round ${round + 1}`}: ${shown}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
