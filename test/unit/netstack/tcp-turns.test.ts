import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";

/** What a user does while TCP's turn ends, and what becomes of a turn in which one throws. */

/** Answers what it is told of at once, byte for byte. */
function echoing(peer: TcpPeer, connection: TcpConnection): void {
  connection.handler = {
    ...peer.handler(""),
    onReadable: (now) => {
      const data = connection.read(1 << 16, now);
      if (data !== undefined) connection.write(data, now);
    },
  };
  peer.turn();
}

describe("what a user does in its callback", () => {
  test("leaves with the turn that told it, the acknowledgment on it, and no other turn is asked for", () => {
    const peer = new TcpPeer();
    echoing(peer, peer.established());
    peer.wakes = 0;
    peer.send({ flags: "PA", seq: 1, length: 3 });
    peer.expect({ flags: "PA", seq: 1, length: 3, ack: 4 });
    peer.expectNothing();
    expect(peer.wakes).toBe(0);
  });

  test.each(["write", "shutdown", "close", "abort"] as const)(
    "%s: seen to at once, and asked for elsewhere",
    (what) => {
      const done = { write: "PA", shutdown: "FA", close: "FA", abort: "RA" }[what];
      const act = (connection: TcpConnection, now: number): unknown =>
        what === "write" ? connection.write(Uint8Array.of(1), now) : connection[what](now);
      const peer = new TcpPeer();
      const told = peer.established();
      const onReadable = (now: number): void => {
        told.read(9, now);
        act(told, now);
      };
      told.handler = { ...peer.handler(""), onReadable };
      peer.turn();
      peer.wakes = 0;
      peer.send({ flags: "PA", seq: 1, length: 1 });
      expect(peer.flush().map(({ flags }) => flags)).toEqual([done]);
      expect(peer.wakes).toBe(0);

      const other = new TcpPeer();
      const connection = other.established();
      other.wakes = 0;
      act(connection, other.now);
      expect(other.wakes).toBe(1);
      other.turn();
      expect(other.flush().map(({ flags }) => flags)).toEqual([done]);
    },
  );
});

describe("a user who throws", () => {
  /** A connection to the listener from a port of its own, and how a byte comes over it. */
  function accept(peer: TcpPeer, fromPort: number, connections: TcpConnection[]) {
    peer.send({ flags: "S", seq: 0, fromPort, mss: 1360 });
    const iss = peer.theirIss;
    peer.send({ seq: 1, ack: 1, fromPort });
    const arrive = (): void => {
      peer.theirIss = iss;
      peer.inject({ flags: "PA", seq: 1, ack: 1, length: 1, fromPort });
    };
    return { connection: connections.at(-1) ?? expect.fail("not accepted"), arrive };
  }

  test("keeps nobody from their turn: the others have theirs in the next, which is asked for", () => {
    const peer = new TcpPeer();
    const connections = peer.listen();
    const [first, second] = [accept(peer, 1000, connections), accept(peer, 1001, connections)];
    first.connection.handler = {
      ...peer.handler("first "),
      onReadable: () => {
        throw new Error("a user's");
      },
    };
    second.connection.handler = peer.handler("second ");
    peer.turn();
    peer.log.length = 0;
    peer.wakes = 0;
    first.arrive();
    second.arrive();
    expect(() => peer.turn()).toThrow("a user's");
    expect([peer.log, peer.wakes]).toEqual([[], 1]);
    peer.turn();
    expect(peer.log).toEqual(["second readable"]);
    // And what a user does between turns is heard of again.
    second.connection.write(Uint8Array.of(1), peer.now);
    expect(peer.wakes).toBe(2);
  });

  test("is nothing to the peer: what came is acknowledged, and what was written goes out", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    connection.handler = {
      ...peer.handler(""),
      onReadable: (now) => {
        connection.write(Uint8Array.of(1, 2), now);
        throw new Error("a user's");
      },
    };
    peer.turn();
    peer.inject({ flags: "PA", seq: 1, length: 5 });
    expect(() => peer.turn()).toThrow("a user's");
    peer.expect({ flags: "PA", seq: 1, length: 2, ack: 6 });
  });
});
