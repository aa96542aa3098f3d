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
  YOUNG_GENERATION,
} from "./anchor-world.ts";
import type { BareUdpResult } from "./bare-udp.ts";
import { atLeast, atMost, type Comparison, medianOf, pairedRatio, ratioTo } from "./comparison.ts";
import { type Contestant, contest } from "./contest.ts";

/** So many that V8's compiling, which goes on for the first 100,000 packets or so, is small beside them. */
const BULK_BYTES = 300_000_000;
/** Datagrams of such a transfer: as many as the bare processes move. */
const BULK_PACKETS = Math.ceil(BULK_BYTES / SEGMENT_BYTES);
/** Packets to one acknowledgement, as transfers here have it: the floor's are as many. */
const PACKETS_PER_ANSWER = { recv: 24, send: 18 };

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
  const isReceiver = mode === "recv";
  const every = String(PACKETS_PER_ANSWER[mode]);
  const pairs = {
    bare: await openPair(["receive"], "send", isReceiver),
    floor: await (isReceiver ? openPair(["open", every], "send", true) : openPair(["receive", every], "seal", false)),
  };
  const contestants = {
    culvert: () => culvertTransfer(world, transfer),
    bare: pairs.bare.run,
    floor: pairs.floor.run,
    anchor: runOf(world.anchor, transfer),
  };
  // A program that is open all day has V8's compiling behind it; so have the bare ones here.
  const { results, failures } = await contest(name, contestants, { warmUps: 2 });
  for (const pair of Object.values(pairs)) pair.dispose();
  const { culvert, bare, floor, anchor } = results;
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
    {
      what: `${name}, floor: socket, cipher and acknowledgements alone, CPU per packet`,
      unit: "µs",
      bare: medianOf(costs(bare)),
      culvert: medianOf(costs(floor)),
      bounds: [ratioTo("bare UDP", pairedRatio(costs(floor), costs(bare)))],
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

interface Pair {
  run(): Promise<Figures>;
  dispose(): void;
}

/** Two processes of bare-udp.ts, one that sends to the other: the CPU time of one of them. */
async function openPair(receiverArgs: readonly string[], senderRole: string, isReceiver: boolean): Promise<Pair> {
  const program = join(import.meta.dirname, "bare-udp.js");
  const execArgv = [YOUNG_GENERATION];
  const receiver = fork(program, receiverArgs, { execArgv });
  const port = await message(receiver);
  const sender = fork(program, [senderRole, String(port), String(DATAGRAM_BYTES)], { execArgv });
  await message(sender);
  return {
    run: async () => {
      const received = isReceiver ? message(receiver) : undefined;
      if (isReceiver) receiver.send(BULK_PACKETS);
      const sent = message(sender);
      // What a receiver's queue has no room for is lost: more are sent, until it has got so many.
      sender.send(isReceiver ? Number.MAX_SAFE_INTEGER : BULK_PACKETS);
      const got = await received;
      if (isReceiver) sender.send("stop");
      const { datagrams, cpuUs } = (got ?? (await sent)) as BareUdpResult;
      await sent;
      return { packets: datagrams, cpuMs: cpuUs / 1e3 };
    },
    dispose: () => {
      receiver.disconnect();
      sender.disconnect();
    },
  };
}
