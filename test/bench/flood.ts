import { HEADROOM } from "../../electron/wireguard/seam.ts";
import { Flood } from "../support/wireguard-flood.ts";
import { DevicePair } from "./device-pair.ts";
import { format, median, type Row } from "./row.ts";

/** One more goes before them and is not counted. */
const ROUNDS = 11;
/** Long against the moment that it takes to notice load, in which 128 handshakes are computed. */
const TURN_MS = 1_000;
const BATCH = 32;
const LENGTH = 1420;

/** Milliseconds of processor time: a busy machine takes turns away, and would fall on one side of the ratio by chance. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What is left of a peer's transfer while others flood its gateway: both devices and the flood share one thread. */
export async function benchFlood(): Promise<Row[]> {
  const pair = new DevicePair();
  const flood = new Flood(pair.server.publicKey, 7);
  pair.client.initiateHandshake(pair.peer, now());
  pair.settle(now());
  // Made beforehand: what the attacker's own work costs is not the question.
  const initiations = Array.from({ length: 4_000 }, () => ({ datagram: flood.initiation(), from: flood.from() }));
  const junk = Array.from({ length: 20_000 }, () => ({ datagram: flood.datagram(), from: flood.from() }));
  const kinds = [
    { name: "1,000 initiations/s with a right mac1", from: initiations, perSecond: 1_000 },
    { name: "10,000 random datagrams/s", from: junk, perSecond: 10_000 },
  ];
  const rounds = Array.from({ length: ROUNDS + 1 }, () => transferAll(pair, kinds)).slice(1);
  pair.dispose();
  return kinds.map(({ name }, i) => {
    const ratios = rounds.map(({ alone, flooded }) => flooded[i]! / alone);
    const range = `${format(Math.min(...ratios))} to ${format(Math.max(...ratios))}`;
    return {
      what: `transfer under ${name}`,
      value: median(rounds.map(({ flooded }) => flooded[i]!)),
      unit: "MB/s",
      against: `without ${format(median(rounds.map(({ alone }) => alone)))} MB/s (rounds ${range})`,
      ratio: median(ratios),
    };
  });
}

/** Each there and back again, so that what grows slower or faster meanwhile does so for all. */
function transferAll(pair: DevicePair, kinds: readonly Kind[]): { alone: number; flooded: number[] } {
  const there = [undefined, ...kinds].map((kind) => transfer(pair, kind));
  const back = [undefined, ...kinds].reverse().map((kind) => transfer(pair, kind));
  const [alone = Number.NaN, ...flooded] = there.map((rate, i) => (rate + back[kinds.length - i]!) / 2);
  return { alone, flooded };
}

interface Kind {
  readonly from: readonly {
    readonly datagram: Uint8Array;
    readonly from: Parameters<DevicePair["server"]["receive"]>[1];
  }[];
  readonly perSecond: number;
}

/** MB of inner packets from the client to the server in a second of processor time. */
function transfer(pair: DevicePair, kind: Kind | undefined): number {
  const fresh = pair.packet(LENGTH);
  const buffer = Uint8Array.from(fresh);
  const before = pair.delivered;
  const startedAt = now();
  let hostile = 0;
  for (;;) {
    const time = now();
    const elapsed = time - startedAt;
    if (elapsed >= TURN_MS) break;
    for (let i = 0; i < BATCH; i++) {
      buffer.set(fresh.subarray(HEADROOM, HEADROOM + 20), HEADROOM);
      pair.client.encapsulate(buffer, HEADROOM, LENGTH, time);
    }
    if (kind !== undefined) {
      for (; hostile < (elapsed * kind.perSecond) / 1_000; hostile++) {
        const { datagram, from } = kind.from[hostile % kind.from.length]!;
        pair.server.receive(datagram, from, time);
      }
    }
    pair.settle(time);
  }
  return ((pair.delivered - before) * LENGTH) / 1e3 / (now() - startedAt);
}
