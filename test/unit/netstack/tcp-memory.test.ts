import { describe, expect, test, vi } from "vitest";
import { BLOCK_BYTES } from "../../../electron/netstack/tcp/block-pool.ts";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { Delivery } from "../../../electron/netstack/tcp/delivery.ts";
import { InFlight } from "../../../electron/netstack/tcp/in-flight.ts";
import { TcpLink } from "../../support/tcp-link.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";
import { openPair } from "../../support/tcp-transfer.ts";

const MIB = 1 << 20;

describe("memory", () => {
  test("an idle connection holds no buffer, wherever in a block its streams stand", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    expect(peer.layer.blocks.used).toBe(0);
    for (const length of [1, 1000, 20_000, 1234]) {
      peer.send({ flags: "PA", length });
      peer.nxt += length;
      expect(peer.layer.blocks.used).toBe(BLOCK_BYTES);
      expect(peer.read(connection)).toBe(length);
      expect(peer.layer.blocks.used).toBe(0);
      peer.write(connection, 500);
      expect(peer.layer.blocks.used).toBe(BLOCK_BYTES);
      peer.acked += 500;
      peer.send({});
      expect(peer.layer.blocks.used).toBe(0);
    }
  });

  test("what is sent and not yet acknowledged is remembered in little, again after a large transfer", () => {
    const flight = new InFlight();
    const first = flight.memory;
    expect(first).toBeLessThan(4096);
    for (let i = 0; i < 5000; i++) flight.push(i, i + 1, 0);
    expect(flight.memory).toBeGreaterThan(5000 * 25);
    flight.acknowledge(4999, 0, 1, new Delivery());
    expect([flight.count, flight.startOf(flight.first), flight.pipe]).toEqual([1, 4999, 1]);
    flight.acknowledge(5000, 0, 1, new Delivery());
    expect([flight.memory, flight.empty, flight.pipe]).toEqual([first, true, 0]);
    flight.push(5000, 5002, 2);
    expect([flight.count, flight.startOf(flight.first), flight.pipe]).toEqual([1, 5000, 2]);
  });

  test("a connection that ends makes no new memory for a flight that it will not have", () => {
    const flight = new InFlight();
    const first = flight.memory;
    for (let i = 0; i < 100; i++) flight.push(i, i + 1, 0);
    flight.markLost(flight.first);
    flight.markResent(flight.first, 1);
    flight.clear();
    expect([flight.memory, flight.empty, flight.pipe, flight.nextLost()]).toEqual([first, true, 0, -1]);
    flight.push(200, 201, 2);
    const made = vi.spyOn(globalThis, "Float64Array");
    flight.clear();
    expect([made.mock.calls.length, flight.empty]).toEqual([0, true]);
    made.mockRestore();
  });

  test("a thousand connections that were used and now idle hold nothing but what the pool keeps", () => {
    const link = new TcpLink({ delayMs: 5, loss: 0.01, seed: 9 });
    const opened: TcpConnection[] = [];
    let back = 0;
    const handler = (connection: TcpConnection, onData: (data: Uint8Array, now: number) => void): void => {
      opened.push(connection);
      const drain = (now: number): void => {
        for (let data = connection.read(65_536, now); data !== undefined; data = connection.read(65_536, now))
          onData(data, now);
      };
      const nothing = (): void => undefined;
      connection.handler = {
        onEstablished: (now) => {
          if (connection.remote.port === 7) connection.write(new Uint8Array(3000), now);
        },
        onReadable: drain,
        onWritable: nothing,
        onEnd: nothing,
        onClosed: nothing,
      };
    };
    link.b.listen({ port: 7, backlog: 1000 }, (connection) => {
      handler(connection, (data, now) => void connection.write(data, now));
    });
    for (let i = 0; i < 1000; i++)
      handler(link.a.connect({ remote: link.addressB, port: 7 }, link.now), (data) => {
        back += data.length;
      });
    link.run(() => false, 60_000);
    expect([opened.length, back]).toEqual([2000, 3_000_000]);
    expect(opened.every(({ state }) => state === "established")).toBe(true);
    for (const { blocks } of [link.a, link.b]) {
      expect(blocks.used).toBe(0);
      expect(blocks.spare).toBeLessThanOrEqual(2 * MIB);
    }
  });

  test("a bulk connection holds no more than its buffers, with a reader that reads and one that does not", () => {
    const limits = { receiveBufferMax: MIB, sendBufferMax: MIB / 2 };
    const link = new TcpLink({ delayMs: 20, loss: 0.005, reorder: 0.02, seed: 3 });
    const pair = openPair(link, 16 * MIB, 0, { client: limits, server: limits });
    let most = [0, 0];
    link.onSend = () => {
      most = [Math.max(most[0]!, link.a.blocks.used), Math.max(most[1]!, link.b.blocks.used)];
    };
    link.run(() => (pair.server()?.received ?? 0) > 2 * MIB, 60_000);
    pair.server()!.paused = true;
    link.run(() => false, 30_000);
    // A block more, because both ends of a buffer lie somewhere in theirs; and what rounding may promise (T47).
    expect(most[0]).toBeLessThanOrEqual(MIB / 2 + BLOCK_BYTES);
    expect(most[1]).toBeLessThanOrEqual(MIB + (64 << 10) + BLOCK_BYTES);
    expect(most[1]).toBeGreaterThan(MIB / 4);
    pair.server()!.paused = false;
    pair.server()!.drain(link.now);
    expect(link.run(() => pair.server()!.ended, 120_000)).toBe(true);
    link.run(() => false, 100_000);
    expect([link.a.blocks.used, link.b.blocks.used]).toEqual([0, 0]);
  });

  test("what nobody will read is given back: a connection closed or aborted with data, reset, and in TIME-WAIT", () => {
    for (const end of ["close", "abort"] as const) {
      const peer = new TcpPeer();
      const connection = peer.established();
      peer.send({ flags: "PA", length: 100 });
      peer.write(connection, 100);
      connection[end](peer.now);
      peer.turn();
      expect(peer.layer.blocks.used).toBe(0);

      const reset = new TcpPeer();
      const other = reset.established();
      reset.send({ flags: "PA", length: 100 });
      reset.send({ flags: "R", seq: 101 });
      expect(reset.layer.blocks.used).toBe(BLOCK_BYTES);
      other[end](reset.now);
      expect(reset.layer.blocks.used).toBe(0);
    }
    const waiting = new TcpPeer();
    const connection = waiting.established();
    connection.shutdown(waiting.now);
    waiting.turn();
    waiting.send({ flags: "FPA", length: 100, ack: 2 });
    expect([connection.state, waiting.layer.blocks.used]).toEqual(["time-wait", BLOCK_BYTES]);
    connection.close(waiting.now);
    expect(waiting.layer.blocks.used).toBe(0);
  });
});
