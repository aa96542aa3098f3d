import { fork } from "node:child_process";
import { join } from "node:path";
import {
  type AnchorWorld,
  DATAGRAM_BYTES,
  type Figures,
  message,
  openWorld,
  type Run,
  SEGMENT_BYTES,
  SERVER_PORTS,
  type Transfer,
} from "./anchor-world.ts";
import type { BareUdpResult } from "./bare-udp.ts";
import { atLeast, atMost, type Comparison, medianOf, pairedRatio } from "./comparison.ts";
import { type Contestant, contest } from "./contest.ts";

const BULK_BYTES = 100_000_000;
const BARE_UDP_MS = 1_000;

/** Bulk through the tunnel, straight to the gateway: Culvert and the anchor, and what a bare datagram costs a Node process. */
export async function benchBulk(anchor: string | undefined): Promise<Comparison[]> {
  const world = await openWorld({ anchor, linux: false });
  try {
    return [...(await bulk(world, "recv")), ...(await bulk(world, "send"))];
  } finally {
    await world.dispose();
  }
}

async function bulk(world: AnchorWorld, mode: "recv" | "send"): Promise<Comparison[]> {
  const name = mode === "recv" ? "bulk receive" : "bulk send";
  const transfer: Transfer = { mode, endpointPort: world.gatewayPort, count: BULK_BYTES };
  const contestants = {
    culvert: () => culvertTransfer(world, transfer),
    bare: () => bareUdp(mode),
    anchor: runOf(world.anchor, transfer),
  };
  // V8 compiles during the first 100,000 packets or so; a program that is open all day has that behind it.
  const { results, failures } = await contest(name, contestants, { warmUps: 3 });
  const { culvert, bare, anchor } = results;
  const rates = (of: readonly (Figures | undefined)[]) => of.map((figures) => figures?.mbPerS);
  const costs = (of: readonly (Figures | undefined)[]) =>
    of.map((figures) => figures?.cpuMs && (figures.cpuMs * 1e3) / (figures.packets ?? BULK_BYTES / SEGMENT_BYTES));
  return [
    {
      what: name,
      unit: "MB/s",
      anchor: medianOf(rates(anchor)),
      culvert: medianOf(rates(culvert)),
      bounds: world.anchor ? [atLeast(1, "anchor", pairedRatio(rates(culvert), rates(anchor)))] : [],
      failures,
    },
    {
      what: `${name}, CPU per packet`,
      unit: "µs",
      anchor: medianOf(costs(anchor)),
      bare: medianOf(costs(bare)),
      culvert: medianOf(costs(culvert)),
      bounds: [atMost(2, "bare UDP", pairedRatio(costs(culvert), costs(bare)))],
    },
  ];
}

/** A contestant of the anchor's, or none where no anchor was named. */
export function runOf(run: Run | undefined, transfer: Transfer): Contestant | undefined {
  return run && (() => run(transfer));
}

export async function culvertTransfer(world: AnchorWorld, transfer: Transfer): Promise<Figures> {
  const { mode, ...rest } = transfer;
  const { connectMs = Number.NaN, ...result } = await world.culvert({ ...rest, kind: mode, port: SERVER_PORTS[mode] });
  return { connectMs, ...result };
}

/** One process sends to another for a while: the CPU time of the receiver, or of the sender. */
async function bareUdp(mode: "recv" | "send"): Promise<Figures> {
  const program = join(import.meta.dirname, "bare-udp.js");
  const receiver = fork(program, ["receive"]);
  try {
    const port = await message(receiver);
    const sender = fork(program, ["send", String(port), String(DATAGRAM_BYTES), String(BARE_UDP_MS)]);
    const sent = (await message(sender)) as BareUdpResult;
    const answer = message(receiver);
    receiver.send("count");
    const received = (await answer) as BareUdpResult;
    const { datagrams, cpuUs } = mode === "recv" ? received : sent;
    return { packets: datagrams, cpuMs: cpuUs / 1e3 };
  } finally {
    receiver.kill();
  }
}
