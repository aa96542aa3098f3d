import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../electron/netstack/tcp/connection.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { withoutGrowth } from "../support/netstack-hostile.ts";
import { inputs, seed } from "../support/seed.ts";
import { TcpPeer } from "../support/tcp-peer.ts";

/**
 * Segments into a connection in each state: from its peer, who knows every number, and from somebody off the path, who
 * knows addresses and ports and has to guess the rest (RFC 5961).
 */

const timeout = 3_600_000;
const runSeed = seed();
const FLAGS = ["A", "A", "A", "PA", "PA", "FA", "R", "RA", "S", "SA", "F", "", "UPA", "SFRPAUEC", "SF", "FR"];
/** A user that waits for nothing, so that nothing but a segment ends a connection. */
const PATIENT = { maxRetransmits: Number.POSITIVE_INFINITY };
const WINDOW = 65_535;

/** The inputs are divided among the states. */
function share(short: number): number {
  return Math.ceil(inputs(short) / 10);
}

interface Stage {
  readonly peer: TcpPeer;
  readonly connection: TcpConnection | undefined;
  /** The peer's next sequence number and the acknowledgement that is right, as TcpPeer counts. */
  readonly seq: number;
  readonly ack: number;
}

function opened(): { peer: TcpPeer; connection: TcpConnection } {
  const peer = new TcpPeer();
  return { peer, connection: peer.established(PATIENT) };
}

function shut(seq: number, ack: number, act: (peer: TcpPeer, connection: TcpConnection) => void): Stage {
  const { peer, connection } = opened();
  act(peer, connection);
  peer.flush();
  return { peer, connection, seq, ack };
}

const stages: Record<string, () => Stage> = {
  listen: () => {
    const peer = new TcpPeer();
    peer.listen();
    return { peer, connection: undefined, seq: 0, ack: 1 };
  },
  "syn-sent": () => {
    const peer = new TcpPeer();
    const connection = peer.connect(PATIENT);
    peer.flush();
    return { peer, connection, seq: 0, ack: 1 };
  },
  "syn-received": () => {
    const peer = new TcpPeer();
    const connection = peer.connect(PATIENT);
    peer.send({ flags: "S", seq: 0, mss: 1_360 });
    peer.flush();
    return { peer, connection, seq: 1, ack: 1 };
  },
  established: () => shut(1, 1, () => undefined),
  "fin-wait-1": () => shut(1, 1, (peer, connection) => end(peer, connection)),
  "fin-wait-2": () =>
    shut(1, 2, (peer, connection) => {
      end(peer, connection);
      peer.send({ flags: "A", seq: 1, ack: 2 });
    }),
  "close-wait": () => shut(2, 1, (peer) => peer.send({ flags: "FA", seq: 1, ack: 1 })),
  closing: () =>
    shut(2, 1, (peer, connection) => {
      end(peer, connection);
      peer.send({ flags: "FA", seq: 1, ack: 1 });
    }),
  "last-ack": () =>
    shut(2, 1, (peer, connection) => {
      peer.send({ flags: "FA", seq: 1, ack: 1 });
      end(peer, connection);
    }),
  "time-wait": () =>
    shut(2, 2, (peer, connection) => {
      end(peer, connection);
      peer.send({ flags: "FA", seq: 1, ack: 2 });
    }),
};

function end(peer: TcpPeer, connection: TcpConnection): void {
  connection.shutdown(peer.now);
  peer.turn();
}

/** Bytes that our answers have, IP headers left out. */
function sentBytes(peer: TcpPeer): number {
  return peer.flush().reduce((sum, { length, ts, sack, mss, flags }) => {
    const options = (ts === undefined ? 0 : 12) + (sack.length > 0 ? 4 + sack.length * 8 : 0);
    return sum + 20 + length + options + (mss > 0 && flags.includes("S") ? 20 : 0);
  }, 0);
}

/** A round of the peer's segments: close to the right numbers, or anywhere. */
function segmentNear(random: FuzzRandom, { seq, ack }: Stage): Parameters<TcpPeer["inject"]>[0] {
  const near = (of: number): number => {
    const spread = random.pick([1, 1, 3, 2_000, 70_000, 2 ** 31]);
    return of + random.below(spread) - (random.oneIn(2) ? 0 : random.below(spread));
  };
  return {
    flags: random.pick(FLAGS),
    seq: near(seq),
    ack: near(ack),
    wnd: random.pick([0, 1, 500, WINDOW]),
    length: random.pick([0, 0, 0, 1, 10, 1_360]),
    ...(random.oneIn(6) ? { rawOptions: [...random.bytes(4 * random.below(11))] } : {}),
    ...(random.oneIn(6) ? { sack: [[near(ack), near(ack)]] as [number, number][] } : {}),
    ...(random.oneIn(6) ? { ts: [random.u32(), random.u32()] as [number, number] } : {}),
  };
}

describe(`segments from the peer, in each state (seed ${runSeed})`, () => {
  test.each(Object.keys(stages))(
    "%s: no throw, no growth, no amplification, every timer comes to an end",
    { timeout },
    (name) => {
      const random = new FuzzRandom(runSeed);
      const ROUND = 32;
      withoutGrowth(Math.ceil(share(20_000) / ROUND), () => {
        const stage = stages[name]!();
        const { peer } = stage;
        for (let i = 0; i < ROUND; i++) {
          const segment = segmentNear(random, stage);
          peer.send(segment);
          const cost = 20 + (segment.length ?? 0);
          // One segment brings one answer: an acknowledgement with its options, or a SYN|ACK with ours.
          if (sentBytes(peer) > cost + 60) throw new Error(`${cost} bytes brought more than 60 more`);
          if (random.oneIn(4)) peer.advance(random.below(300));
          peer.flush();
        }
        for (const connection of peer.layer.connections) {
          expect(connection.readableLength).toBeLessThanOrEqual(ROUND * 1_360);
          connection.abort(peer.now);
        }
        peer.turn();
        peer.advance(300_000);
        expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
      });
    },
  );
});

describe(`blind guesses from off the path (seed ${runSeed})`, () => {
  // A listener has nothing to lose; a bare SYN in SYN-SENT is a simultaneous open, which RFC 9293 section 3.5 demands.
  const states = Object.keys(stages).filter((name) => name !== "listen");
  test.each(states)("%s: nothing ends, moves or reads a connection", { timeout }, (name) => {
    const random = new FuzzRandom(runSeed);
    const stage = stages[name]!();
    const { peer, connection } = stage;
    const log = peer.log.length;
    const count = share(50_000);
    for (let i = 0; i < count; i++) {
      // Every other guess falls into the window: with that alone nothing is won either.
      const seq = stage.seq + (random.oneIn(2) ? random.u32() : 1 + random.below(WINDOW - 1));
      const ack = stage.ack + random.u32();
      const flags =
        name === "syn-sent" ? random.pick(FLAGS.filter((f) => f !== "S" && f !== "SF")) : random.pick(FLAGS);
      if (isLucky(seq - stage.seq, ack - stage.ack, flags)) continue;
      peer.inject({ flags, seq, ack, wnd: random.below(65_536), length: random.pick([0, 1, 100]) });
      if (i % 8 === 0) {
        peer.turn();
        peer.flush();
      }
      // Enough for challenges to be due again, never for a timer of the state to run out.
      if (i % 4_096 === 0 && name !== "time-wait" && name !== "fin-wait-2") peer.advance(1);
    }
    peer.turn();
    expect(connection?.state).toBe(name);
    expect(connection?.readableLength).toBe(0);
    expect(peer.log.slice(log)).toEqual([]);
    expect(connection?.stats).toMatchObject({ bytesIn: 0, bytesOut: 0 });
  });
});

/** One guess in four thousand million or so: then it was no guess. */
function isLucky(seq: number, ack: number, flags: string): boolean {
  const from = (value: number): number => value | 0;
  const exact = from(seq) >= -1 && from(seq) <= 0;
  if (flags.includes("R")) return exact || (flags.includes("A") && from(ack) === 0);
  const inWindow = from(seq) > -200 && from(seq) < 8 * 2 ** 20;
  const plausible = from(ack) <= 1 && from(ack) >= -WINDOW - 1;
  return inWindow && plausible;
}
