import { describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";

describe("active open", () => {
  test("T01 SYN carries MSS, SACK-permitted, timestamps and window scale, and an unscaled window", () => {
    for (const [version, mss] of [
      [6, 1360],
      [4, 1380],
    ] as const) {
      const peer = new TcpPeer({ version });
      peer.connect();
      const syn = peer.expect({ flags: "S", seq: 0, ack: 0, mss, sackOk: true, wnd: 65_535 });
      expect(syn.ts?.[1]).toBe(0);
      expect(syn.ws).toBe(7);
    }
  });

  test("T01 each connection has a new ISS and a random port", () => {
    const peer = new TcpPeer();
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      peer.connect();
      peer.expect({ flags: "S" });
      seen.add(`${peer.theirIss}`);
      expect(peer.theirPort).toBeGreaterThanOrEqual(16_000);
    }
    expect(seen.size).toBe(20);
    expect(new Set([...peer.layer.connections].map((c) => c.local.port)).size).toBe(20);
  });

  test("T01 no source address is an error of the caller's", () => {
    const peer = new TcpPeer();
    peer.hasSource = false;
    expect(() => peer.connect()).toThrow(CulvertError);
  });

  test("T02 SYN|ACK of ISS+1 is acknowledged with a scaled window", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360, ws: 7 });
    expect(peer.expect({ flags: "A", seq: 1, ack: 1, length: 0 }).wnd).toBe((256 << 10) >> 7);
    expect(connection.state).toBe("established");
    expect(peer.log).toEqual(["established"]);
    peer.expectNothing();
  });

  test("T03 a wrong ACK in SYN-SENT is reset, and the SYN comes again soon", () => {
    for (const flags of ["SA", "A"]) {
      const peer = new TcpPeer();
      const connection = peer.connect();
      peer.expect({ flags: "S" });
      for (const ack of [0, 2]) {
        peer.send({ flags, seq: 0, ack });
        peer.expect({ flags: "R", seq: ack });
      }
      expect(connection.state).toBe("syn-sent");
      peer.advance(20);
      peer.expect({ flags: "S", seq: 0 });
    }
  });

  test("T04 a plain ACK of ISS+1 is ignored", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "A", seq: 0, ack: 1 });
    peer.expectNothing();
    expect(connection.state).toBe("syn-sent");
  });

  test("T05 RST|ACK of ISS+1 refuses; RST without ACK or with a wrong one is ignored", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "R", seq: 0 });
    peer.send({ flags: "RA", seq: 0, ack: 2 });
    peer.send({ flags: "RA", seq: 0, ack: 0 });
    expect(connection.state).toBe("syn-sent");
    peer.expectNothing();
    peer.send({ flags: "RA", seq: 0, ack: 1 });
    expect(connection.state).toBe("closed");
    expect(peer.log).toEqual(["closed connection-refused"]);
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T06 silence: SYN again at 1, 2, 4 ... s, six times, then a timeout", () => {
    const peer = new TcpPeer();
    peer.connect();
    peer.expect({ flags: "S" });
    for (const wait of [1000, 2000, 4000, 8000, 16_000, 32_000]) {
      peer.advance(wait - 1);
      peer.expectNothing();
      peer.advance(1);
      peer.expect({ flags: "S", seq: 0 });
    }
    peer.advance(63_999);
    expect(peer.log).toEqual([]);
    peer.advance(1);
    expect(peer.log).toEqual(["closed connection-timeout"]);
    peer.expectNothing();
  });

  test("T07 after a resent SYN the round trip comes from the timestamp echo only", () => {
    for (const stamps of [true, false]) {
      const peer = new TcpPeer();
      const connection = peer.connect();
      peer.expect({ flags: "S" });
      peer.advance(1000);
      const again = peer.expect({ flags: "S" });
      peer.advance(30);
      const option = stamps ? { ts: [1, again.ts![0]] as [number, number] } : {};
      peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360, ...option });
      expect(connection.stats.rttMs).toBe(stamps ? 30 : undefined);
      expect(connection.stats.rtoMs).toBe(stamps ? 230 : 3000);
    }
  });

  test("T08 simultaneous open", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "S", seq: 0, mss: 1360 });
    peer.expect({ flags: "SA", seq: 0, ack: 1 });
    expect(connection.state).toBe("syn-received");
    peer.advance(1000);
    peer.expect({ flags: "SA", seq: 0, ack: 1 });
    peer.send({ flags: "A", seq: 1, ack: 1 });
    expect(connection.state).toBe("established");
    expect(peer.log).toEqual(["established"]);
  });

  test("T08 RST ends a simultaneous open", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.send({ flags: "S", seq: 0 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "R", seq: 1 });
    expect(connection.state).toBe("closed");
    expect(peer.log).toEqual(["closed connection-refused"]);
  });

  test("T08 a forged SYN does not keep the peer's own SYN|ACK out, which knows our ISS", () => {
    const peer = new TcpPeer();
    const { iss } = peer;
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.iss = 0x1234_5678;
    peer.send({ flags: "S", seq: 0, wnd: 7 });
    const { ack } = peer.expect({ flags: "SA", seq: 0, ack: 1 });
    peer.advance(50);
    const forged = peer.iss;
    peer.iss = iss;
    // Who does not know our ISS does not get in so.
    for (const wrong of [0, 2]) peer.send({ flags: "SA", seq: 0, ack: wrong, mss: 1000 });
    expect(connection.state).toBe("syn-received");
    peer.flush();
    peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1000, ws: 7, sackOk: true, ts: [1, peer.lastStamp], wnd: 5000 });
    const answer = peer.expect({ flags: "A", seq: 1, ack: 1, length: 0 });
    expect(answer.ts?.[1]).toBe(1);
    expect(answer.wnd).toBe((256 << 10) >> 7);
    expect([connection.state, peer.log]).toEqual(["established", ["established"]]);
    // The peer resets what acknowledges a SYN that it never sent.
    peer.send({ flags: "R", seq: (forged + ack - iss) | 0 });
    expect(connection.state).toBe("established");
    peer.write(connection, 6000);
    expect(peer.flush().map((s) => s.length)).toEqual([988, 988, 988, 988, 988]);
    peer.send({ flags: "PA", seq: 1, ack: 1, length: 10, ts: [2, peer.lastStamp], wnd: 5000 });
    expect(peer.read(connection)).toBe(10);
  });

  test("T09 what is written in SYN-SENT goes right after the handshake; refused, a write takes nothing", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    expect(peer.write(connection, 100)).toBe(100);
    peer.expectNothing();
    peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360 });
    peer.expect({ flags: "PA", seq: 1, ack: 1, length: 100 });
    peer.expectNothing();

    const other = new TcpPeer();
    const refused = other.connect();
    other.write(refused, 10);
    other.send({ flags: "RA", seq: 0, ack: 1 });
    expect(other.write(refused, 10)).toBe(0);
    expect(refused.writableLength).toBe(0);
  });

  test("shutdown in SYN-SENT sends data and FIN after the handshake", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.expect({ flags: "S" });
    peer.write(connection, 5);
    connection.shutdown(peer.now);
    peer.turn();
    peer.expectNothing();
    peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360 });
    peer.expect({ flags: "FPA", seq: 1, length: 5 });
    expect(connection.state).toBe("fin-wait-1");
  });

  test("close and abort in SYN-SENT leave nothing behind and send nothing", () => {
    for (const end of ["close", "abort"] as const) {
      const peer = new TcpPeer();
      const connection = peer.connect();
      peer.expect({ flags: "S" });
      connection[end](peer.now);
      peer.turn();
      peer.expectNothing();
      expect(connection.state).toBe("closed");
      expect(peer.log).toEqual(["closed"]);
      expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test("I15 an ICMP error ends an attempt, and is only a hint to a connection", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    const { local, remote } = peer;
    const quote = (sequence: number, port = peer.theirPort): void =>
      peer.layer.onUnreachable(local, remote, port, 80, sequence, true, "host-unreachable");
    quote(peer.theirIss + 77);
    quote(peer.theirIss, 1);
    expect(connection.state).toBe("syn-sent");
    quote(peer.theirIss);
    peer.turn();
    expect(peer.log).toEqual(["closed host-unreachable"]);

    const settled = new TcpPeer();
    const open = settled.established();
    settled.write(open, 10);
    settled.layer.onUnreachable(local, remote, settled.theirPort, 80, settled.theirIss + 1, true, "host-unreachable");
    settled.turn();
    expect(open.state).toBe("established");
    // It is why the connection ends, when it does.
    settled.advance(3_000_000);
    expect(settled.log.at(-1)).toBe("closed host-unreachable");
  });

  test("I15 a soft error does not end an attempt; it is the reason when nobody answers, and forgotten when somebody does", () => {
    for (const answered of [false, true]) {
      const peer = new TcpPeer();
      const connection = peer.connect();
      peer.expect({ flags: "S" });
      const { local, remote, theirPort, theirIss } = peer;
      peer.layer.onUnreachable(local, remote, theirPort, 80, theirIss, false, "host-unreachable");
      peer.turn();
      expect(connection.state).toBe("syn-sent");
      if (answered) {
        peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360 });
        peer.write(connection, 5);
        peer.send({ seq: 1, ack: 6 });
        peer.write(connection, 5);
      }
      peer.advance(3_000_000);
      expect(peer.log.at(-1)).toBe(answered ? "closed connection-timeout" : "closed host-unreachable");
    }
  });
});

describe("passive open", () => {
  test("T10 SYN|ACK names only what was offered", () => {
    const offers = [
      { mss: 1360, ws: 3, sackOk: true, ts: [9, 0] as [number, number] },
      { mss: 1360 },
      { mss: 1360, ws: 0 },
      { mss: 1360, sackOk: true },
      {},
    ];
    for (const offer of offers) {
      const peer = new TcpPeer();
      peer.listen();
      peer.send({ flags: "S", seq: 0, ...offer });
      const answer = peer.expect({ flags: "SA", seq: 0, ack: 1, mss: 1360 });
      expect(answer.ws >= 0).toBe("ws" in offer);
      expect(answer.sackOk).toBe("sackOk" in offer);
      expect(answer.ts?.[1]).toBe("ts" in offer ? 9 : undefined);
    }
  });

  test("T11 LISTEN: ACK and SYN|ACK are reset, RST and segments without SYN dropped", () => {
    const peer = new TcpPeer();
    peer.listen();
    for (const flags of ["A", "SA", "PA", "FA"]) {
      peer.send({ flags, seq: 10, ack: 77 });
      peer.expect({ flags: "R", seq: 77 });
    }
    for (const flags of ["R", "RA", "F", "P", ""]) peer.send({ flags, seq: 0 });
    peer.expectNothing();
  });

  test("T12 SYN-RECEIVED: a wrong ACK is reset, and the half-open connection stays", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    peer.send({ flags: "S", seq: 0, mss: 1360 });
    peer.expect({ flags: "SA" });
    for (const ack of [0, 2]) {
      peer.send({ flags: "A", seq: 1, ack });
      peer.expect({ flags: "R", seq: ack });
    }
    peer.send({ flags: "A", seq: 1, ack: 1 });
    expect(accepted[0]?.state).toBe("established");
  });

  test("T13 SYN-RECEIVED: out of the window is answered with what we expect", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    peer.send({ flags: "S", seq: 0, mss: 1360 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A", seq: 100_000, ack: 1 });
    peer.expect({ flags: "A", seq: 1, ack: 1 });
    peer.send({ flags: "A", seq: 1, ack: 1 });
    expect(accepted[0]?.state).toBe("established");
  });

  test("T14 RST removes the half-open connection, and its late ACK is reset", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    peer.send({ flags: "S", seq: 0 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "R", seq: 1 });
    peer.expectNothing();
    peer.send({ flags: "A", seq: 1, ack: 1 });
    peer.expect({ flags: "R", seq: 1 });
    expect(accepted).toEqual([]);
    peer.send({ flags: "S", seq: 0, fromPort: 81 });
    peer.expect({ flags: "SA" });
  });

  test("T15 data and FIN with the ACK of the handshake", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    peer.send({ flags: "S", seq: 0, mss: 1360 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "FPA", seq: 1, ack: 1, length: 20 });
    peer.expect({ flags: "A", ack: 22 });
    expect(accepted[0]?.state).toBe("close-wait");
    expect(peer.log).toEqual(["accepted", "readable"]);
    expect(peer.read(accepted[0]!)).toBe(20);
    expect(peer.log).toEqual(["accepted", "readable", "end"]);
  });

  test("a repeated SYN brings SYN|ACK again, and so does the timer, five times", () => {
    const peer = new TcpPeer();
    peer.listen();
    peer.send({ flags: "S", seq: 0 });
    peer.expect({ flags: "SA" });
    peer.advance(600);
    peer.send({ flags: "S", seq: 0 });
    peer.expect({ flags: "SA", seq: 0, ack: 1 });
    peer.advance(200_000);
    expect(peer.flush().map((s) => s.flags)).toEqual(["SA", "SA", "SA", "SA", "SA"]);
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T16 nobody accepts: past the backlog SYN and final ACK are dropped, and it works after resume", () => {
    const peer = new TcpPeer();
    const accepted: unknown[] = [];
    const listener = peer.layer.listen({ port: 22, backlog: 2 }, (connection) => accepted.push(connection));
    listener.pause();
    peer.theirPort = 22;
    const handshake = (fromPort: number): void => {
      peer.send({ flags: "S", seq: 0, fromPort });
      if (peer.out.length > 0) peer.send({ flags: "A", seq: 1, ack: 1, fromPort });
    };
    handshake(1001);
    handshake(1002);
    peer.flush();
    handshake(1003);
    peer.expectNothing();
    expect(peer.drops.get("tcp-backlog-full")).toBe(1);
    listener.resume(peer.now);
    peer.turn();
    expect(accepted.length).toBe(2);
    handshake(1003);
    expect(accepted.length).toBe(3);
  });

  test("T16 the final ACK is dropped while nobody can wait; SYN|ACK goes on, and completes once there is room", () => {
    const peer = new TcpPeer();
    const accepted: { state: string }[] = [];
    const listener = peer.layer.listen({ port: 22, backlog: 2 }, (connection) => accepted.push(connection));
    listener.pause();
    peer.theirPort = 22;
    const opened = [1, 2].map((fromPort) => {
      peer.send({ flags: "S", seq: 0, fromPort });
      return peer.theirIss;
    });
    peer.theirIss = opened[0]!;
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 1 });
    peer.send({ flags: "S", seq: 0, fromPort: 3 });
    opened.push(peer.theirIss);
    peer.theirIss = opened[1]!;
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 2 });
    peer.flush();
    peer.theirIss = opened[2]!;
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 3 });
    expect(peer.drops.get("tcp-accept-queue-full")).toBe(1);
    peer.advance(1000);
    peer.expect({ flags: "SA", seq: 0, ack: 1 });
    listener.resume(peer.now);
    peer.turn();
    expect(accepted.length).toBe(2);
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 3 });
    expect(accepted.map(({ state }) => state)).toEqual(["established", "established", "established"]);
  });

  test("T17 a SYN flood: half-open connections are bounded, the oldest makes room, who answers gets through", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen({ backlog: 16 });
    const flood = (from: number, count: number): void => {
      for (let i = 0; i < count; i++) peer.send({ flags: "S", seq: 0, fromPort: from + i });
    };
    flood(1000, 2000);
    expect(peer.flush().every((s) => s.flags === "SA")).toBe(true);
    expect(peer.drops.get("tcp-half-open")).toBe(2000 - 16);
    peer.send({ flags: "S", seq: 0, fromPort: 500 });
    peer.expect({ flags: "SA" });
    const iss = peer.theirIss;
    flood(4000, 15);
    peer.theirIss = iss;
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 500 });
    expect(accepted.map((c) => c.state)).toEqual(["established"]);
    peer.flush();
    // One that was pushed out is unknown: its ACK is reset, and it may begin anew.
    peer.theirIss = 0;
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 1000 });
    peer.expect({ flags: "R", seq: 1 });
    // What the sixteen do with their timers is all that is left, and it ends.
    peer.advance(200_000);
    expect(peer.flush().length).toBe(15 * 5);
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T18 a listener that closes resets what nobody took, and keeps what was handed out", () => {
    const peer = new TcpPeer();
    peer.theirPort = 22;
    const kept: string[] = [];
    const listener = peer.layer.listen({ port: 22 }, (connection) => kept.push(connection.state));
    peer.send({ flags: "S", seq: 0, fromPort: 1 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 1 });
    listener.pause();
    peer.send({ flags: "S", seq: 0, fromPort: 2 });
    peer.expect({ flags: "SA" });
    peer.send({ flags: "A", seq: 1, ack: 1, fromPort: 2 });
    peer.send({ flags: "S", seq: 0, fromPort: 3 });
    peer.expect({ flags: "SA" });
    listener.close(peer.now);
    peer.turn();
    peer.expect({ flags: "RA" });
    peer.expect({ flags: "RA" });
    peer.expectNothing();
    expect([...peer.layer.connections].map((c) => c.remote.port)).toEqual([1]);
    peer.theirIss = 0;
    peer.send({ flags: "S", seq: 0, fromPort: 4 });
    peer.expect({ flags: "RA", seq: 0, ack: 1 });
  });

  test("T20 SYN with ECE and CWR gets an ordinary SYN|ACK", () => {
    const peer = new TcpPeer();
    peer.listen();
    peer.send({ flags: "SEC", seq: 0 });
    peer.expect({ flags: "SA" });
  });

  test("T21 no socket: RST with the right numbers, and never an answer to RST", () => {
    const peer = new TcpPeer();
    peer.theirPort = 9999;
    peer.theirIss = 0;
    peer.send({ flags: "PA", seq: 3, ack: 55, length: 10 });
    expect(peer.expect({ flags: "R", seq: 55 }).ack).toBe(0);
    peer.send({ flags: "S", seq: 3, length: 10 });
    peer.expect({ flags: "RA", seq: 0, ack: 14 });
    peer.send({ flags: "F", seq: 3 });
    peer.expect({ flags: "RA", seq: 0, ack: 4 });
    peer.send({ flags: "R", seq: 3 });
    peer.send({ flags: "RA", seq: 3, ack: 4 });
    peer.expectNothing();
  });

  test("two listeners: the same place is refused, and the more specific one is asked first", () => {
    const peer = new TcpPeer();
    const got: string[] = [];
    peer.layer.listen({ port: 22 }, () => got.push("any"));
    expect(() => peer.layer.listen({ port: 22 }, () => undefined)).toThrow(CulvertError);
    peer.layer.listen({ port: 22, address: peer.local }, () => got.push("exact"));
    peer.theirPort = 22;
    peer.send({ flags: "S", seq: 0 });
    peer.send({ flags: "A", seq: 1, ack: 1 });
    expect(got).toEqual(["exact"]);
  });
});
