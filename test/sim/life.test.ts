import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../electron/netstack/tcp/connection.ts";
import { TcpLink } from "../support/tcp-link.ts";
import { TcpMonitor } from "../support/tcp-monitor.ts";
import { Endpoint, openPair, PATIENCE_MS, seedOf } from "../support/tcp-transfer.ts";

const BAD = { delayMs: 20, jitterMs: 5, loss: 0.03, duplicate: 0.01, reorder: 0.02, corrupt: 0.005 };
const HALF_HOUR_MS = 1_800_000;

/** Nothing may be left: no endpoint, no timer, no block of memory, no packet. */
function expectNothingLeft(link: TcpLink): void {
  for (const layer of [link.a, link.b]) {
    expect([...layer.connections]).toEqual([]);
    expect(layer.tcbs.size).toBe(0);
    expect(layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(layer.blocks.used).toBe(0);
  }
  expect(link.inFlight).toBe(0);
}

/** The ways of a user, drawn at random; every one of them ends the connection sooner or later, or leaves it to the other side. */
function use(connection: TcpConnection, link: TcpLink, agenda: Agenda): void {
  const random = link.random;
  const way = Math.floor(random() * 6);
  const talk = (now: number): void => {
    connection.write(new Uint8Array(Math.floor(random() * 30_000)), now);
    if (way === 0) connection.shutdown(now);
    if (way === 1) connection.close(now);
    if (way === 2) connection.abort(now);
  };
  connection.handler = {
    onEstablished: talk,
    onReadable: (now) => {
      // The fourth never reads: its peer's data waits until it is closed.
      while (way !== 4 && connection.read(65_536, now) !== undefined);
    },
    onWritable: () => undefined,
    onEnd: (now) => {
      if (way !== 5) connection.close(now);
    },
    onClosed: () => undefined,
  };
  if (connection.state === "established") talk(link.now);
  agenda.at(link.now + random() * 30_000, () =>
    random() < 0.5 ? connection.close(link.now) : connection.shutdown(link.now),
  );
  agenda.at(link.now + 40_000 + random() * 30_000, () =>
    random() < 0.5 ? connection.abort(link.now) : connection.close(link.now),
  );
}

/** What a test wants to do, and when. */
class Agenda {
  readonly #items: { at: number; what: () => void }[] = [];

  at(at: number, what: () => void): void {
    this.#items.push({ at, what });
  }

  run(link: TcpLink): void {
    for (;;) {
      this.#items.sort((a, b) => b.at - a.at);
      const next = this.#items.pop();
      if (next === undefined) return;
      link.pass(Math.max(0, next.at - link.now));
      next.what();
    }
  }
}

describe("connections come and go", { timeout: PATIENCE_MS }, () => {
  const seed = seedOf("life");

  test("1,000 connections opened, used and closed in random order under loss leave nothing behind", async () => {
    const refs: WeakRef<object>[] = [];
    const link = new TcpLink({ ...BAD, seed });
    churn(link, refs);
    expect(refs.length).toBeGreaterThan(1800);
    link.pass(HALF_HOUR_MS);
    expectNothingLeft(link);
    setFlagsFromString("--expose-gc");
    const gc: unknown = runInNewContext("gc");
    if (typeof gc !== "function") throw new Error("no gc");
    for (let i = 0; i < 3; i++) {
      await setImmediate();
      gc();
    }
    // The layers live, so what is gone was let go of. (The newest may still lie in a register.)
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(5);
    expect(link.a.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T08 simultaneous open under loss: one connection, both ways", () => {
    for (let i = 0; i < 40; i++) {
      const link = new TcpLink({ ...BAD, seed: seed + i });
      new TcpMonitor(link);
      link.nextPorts.push(20_000, 30_000);
      const a = new Endpoint(link.a.connect({ remote: link.addressB, port: 30_000 }, link.now), 20_000, 1, 2);
      const b = new Endpoint(link.b.connect({ remote: link.addressA, port: 20_000 }, link.now), 30_000, 2, 1);
      link.run(() => a.closed && b.closed, HALF_HOUR_MS);
      expect([a.received, b.received, a.error, b.error]).toEqual([30_000, 20_000, undefined, undefined]);
      link.pass(HALF_HOUR_MS);
      expectNothingLeft(link);
    }
  });

  test("T86 simultaneous close under loss: both end in order, every byte arrives", () => {
    for (let i = 0; i < 40; i++) {
      const link = new TcpLink({ ...BAD, seed: seed + i });
      new TcpMonitor(link);
      const pair = openPair(link, 10_000, 10_000);
      link.run(() => pair.client.closed && pair.server()?.closed === true, HALF_HOUR_MS);
      expect([pair.client.received, pair.server()!.received]).toEqual([10_000, 10_000]);
      expect([pair.client.error, pair.server()!.error]).toEqual([undefined, undefined]);
      link.pass(HALF_HOUR_MS);
      expectNothingLeft(link);
    }
  });

  test("T87 half-close: whoever has shut down goes on receiving, either way round", () => {
    for (const [up, down] of [
      [0, 1 << 20],
      [1 << 20, 0],
      [1, 1 << 20],
    ] as const) {
      const link = new TcpLink({ ...BAD, seed });
      new TcpMonitor(link);
      const pair = openPair(link, up, down);
      expect(link.run(() => pair.client.ended && pair.server()?.ended === true, HALF_HOUR_MS)).toBe(true);
      expect([pair.client.received, pair.server()!.received]).toEqual([down, up]);
      link.pass(HALF_HOUR_MS);
      expectNothingLeft(link);
    }
  });
});

function churn(link: TcpLink, refs: WeakRef<object>[]): void {
  new TcpMonitor(link);
  const agenda = new Agenda();
  link.b.listen({ port: 7, backlog: 4096 }, (connection) => {
    refs.push(new WeakRef(connection));
    use(connection, link, agenda);
  });
  for (let i = 0; i < 1000; i++)
    agenda.at(link.now + link.random() * 60_000, () => {
      const connection = link.a.connect({ remote: link.addressB, port: 7 }, link.now);
      refs.push(new WeakRef(connection));
      use(connection, link, agenda);
    });
  agenda.run(link);
  link.onSend = link.onArrive = link.onTurn = undefined;
}
