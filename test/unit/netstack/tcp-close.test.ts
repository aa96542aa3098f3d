import { describe, expect, test } from "vitest";
import { TcpPeer } from "../../support/tcp-peer.ts";

const MSS = 1360;

describe("closing", () => {
  test("T84 data that waits for a window goes before FIN, which rides on the last segment", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 12 * MSS + 100);
    connection.shutdown(peer.now);
    peer.turn();
    expect(peer.flush().map((s) => s.flags)).toEqual(new Array(10).fill("A"));
    expect(connection.state).toBe("fin-wait-1");
    peer.advance(20);
    peer.send({ ack: 1 + 10 * MSS });
    expect(peer.flush().map((s) => [s.flags, s.length])).toEqual([
      ["A", MSS],
      ["A", MSS],
      ["FPA", 100],
    ]);
    expect(connection.state).toBe("fin-wait-1");
    peer.send({ ack: 1 + 12 * MSS + 101 });
    expect(connection.state).toBe("fin-wait-2");
  });

  test("T84 FIN waits when the window ends exactly with the data", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: MSS, wnd: 100 });
    peer.wnd = 0;
    peer.write(connection, 100);
    connection.shutdown(peer.now);
    peer.turn();
    expect(peer.flush().map((s) => [s.flags, s.length])).toEqual([["PA", 100]]);
    peer.send({ ack: 101, wnd: 1 });
    peer.expect({ flags: "FA", seq: 101 });
  });

  test("T85 FIN is resent; an ACK of the data alone is not its ACK", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 10);
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ seq: 1, length: 10 });
    peer.expect({ flags: "FA", seq: 11 });
    peer.send({ ack: 11 });
    expect(connection.state).toBe("fin-wait-1");
    peer.advance(2000);
    const again = peer.flush();
    expect(again.length).toBeGreaterThan(0);
    for (const segment of again) expect(segment).toMatchObject({ flags: "FPA", seq: 11, length: 0 });
    peer.send({ ack: 12 });
    expect(connection.state).toBe("fin-wait-2");
  });

  test("T85 T92 in CLOSING and LAST-ACK: FIN is resent, a wrong sequence or ACK is answered, the ACK of FIN ends it", () => {
    for (const passive of [true, false]) {
      const peer = new TcpPeer();
      const connection = peer.established();
      if (passive) peer.send({ flags: "FA", seq: 1 });
      connection.shutdown(peer.now);
      peer.turn();
      if (!passive) peer.send({ flags: "FA", seq: 1, ack: 1 });
      peer.flush();
      expect(connection.state).toBe(passive ? "last-ack" : "closing");
      peer.advance(1500);
      expect(peer.flush()[0]).toMatchObject({ seq: 1, length: 0 });
      peer.send({ seq: 100_000, ack: 2 });
      peer.expect({ flags: "A", seq: 2, ack: 2 });
      peer.advance(500);
      peer.flush();
      peer.send({ seq: 2, ack: 50 });
      peer.expect({ flags: "A", seq: 2, ack: 2 });
      expect(connection.state).toBe(passive ? "last-ack" : "closing");
      peer.send({ seq: 2, ack: 2 });
      expect(connection.state).toBe(passive ? "closed" : "time-wait");
    }
  });

  test("T86 crossing FINs with data: CLOSING, then TIME-WAIT; FIN|ACK of ours goes straight there", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 10);
    connection.shutdown(peer.now);
    peer.turn();
    peer.flush();
    peer.send({ flags: "FPA", seq: 1, ack: 1, length: 5 });
    expect(connection.state).toBe("closing");
    peer.expect({ flags: "A", seq: 12, ack: 7 });
    peer.send({ seq: 7, ack: 12 });
    expect(connection.state).toBe("time-wait");
    expect(peer.read(connection)).toBe(5);
    expect(peer.log).toEqual(["established", "readable", "end", "closed"]);

    const direct = new TcpPeer();
    const other = direct.established();
    other.shutdown(direct.now);
    direct.turn();
    direct.expect({ flags: "FA", seq: 1 });
    direct.send({ flags: "FA", seq: 1, ack: 2 });
    direct.expect({ flags: "A", seq: 2, ack: 2 });
    expect(other.state).toBe("time-wait");
    expect(direct.log).toEqual(["established", "end", "closed"]);
  });

  test("T87 half-closed by us: data still arrives, is acknowledged, and opens the window", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 8000, windowScaling: false });
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ flags: "FA" });
    peer.send({ ack: 2 });
    for (let seq = 1; seq < 8001; seq += 1000) peer.inject({ seq, ack: 2, length: 1000 });
    peer.turn();
    peer.expect({ flags: "A", seq: 2, ack: 8001, wnd: 0 });
    peer.read(connection);
    peer.expect({ flags: "A", seq: 2, ack: 8001, wnd: 8000 });
    peer.advance(10 * 60_000);
    expect(connection.state).toBe("fin-wait-2");
    peer.send({ flags: "FA", seq: 8001, ack: 2 });
    expect(connection.state).toBe("time-wait");
  });

  test("T87 half-closed by the peer: we send on, then LAST-ACK", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "FA", seq: 1 });
    peer.expect({ flags: "A", ack: 2 });
    expect(peer.log).toEqual(["established", "end"]);
    peer.write(connection, 100);
    peer.expect({ seq: 1, ack: 2, length: 100 });
    peer.send({ seq: 2, ack: 101 });
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ flags: "FA", seq: 101 });
    peer.send({ seq: 2, ack: 102 });
    expect(connection.state).toBe("closed");
    expect(peer.log).toEqual(["established", "end", "closed"]);
    expect([...peer.layer.connections]).toEqual([]);
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T88 unread data and close: RST|ACK at SND.NXT, also after our FIN", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 10);
    peer.flush();
    peer.send({ flags: "PA", seq: 1, length: 5 });
    connection.close(peer.now);
    peer.turn();
    peer.expect({ flags: "RA", seq: 11, ack: 6 });
    expect(connection.state).toBe("closed");
    expect(peer.log.at(-1)).toBe("closed");
    peer.expectNothing();

    const after = new TcpPeer();
    const other = after.established();
    other.shutdown(after.now);
    after.turn();
    after.flush();
    after.send({ ack: 2, flags: "PA", seq: 1, length: 5 });
    other.close(after.now);
    after.turn();
    after.expect({ flags: "RA", seq: 2 });
  });

  test("T89 closed, FIN-WAIT-2: data is reset; after 60 s the state is gone", () => {
    const closed = (): [TcpPeer, ReturnType<TcpPeer["established"]>] => {
      const peer = new TcpPeer();
      const connection = peer.established();
      connection.close(peer.now);
      peer.turn();
      peer.expect({ flags: "FA" });
      peer.send({ ack: 2 });
      expect(connection.state).toBe("fin-wait-2");
      return [peer, connection];
    };
    const [peer, connection] = closed();
    peer.send({ flags: "PA", seq: 1, ack: 2, length: 5 });
    peer.expect({ flags: "RA", seq: 2 });
    expect(connection.state).toBe("closed");
    const [idle, waiting] = closed();
    idle.advance(59_999);
    expect(waiting.state).toBe("fin-wait-2");
    idle.advance(1);
    expect(waiting.state).toBe("closed");
    idle.send({ seq: 1, ack: 2 });
    idle.expect({ flags: "R", seq: 2 });
    expect(idle.log.filter((line) => line.startsWith("closed"))).toEqual(["closed"]);
  });

  test("T93 abort: RST|ACK once, inside the peer's window, and nothing stays", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 3 * MSS);
    peer.flush();
    peer.send({ ack: 1 + MSS, wnd: 500 });
    peer.flush();
    connection.abort(peer.now);
    connection.abort(peer.now);
    peer.turn();
    const { seq } = peer.expect({ flags: "RA" });
    expect(seq).toBeLessThanOrEqual(1 + MSS + 500);
    peer.expectNothing();
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(peer.log.at(-1)).toBe("closed");
  });

  test("T94 the address goes with its stack: users are told, and nothing is sent afterwards, whatever waited", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.write(connection, 20 * MSS);
    peer.send({ flags: "PA", seq: 1, length: 10 });
    peer.flush();
    // While the address still is ours, the peer is told.
    peer.layer.dispose();
    peer.expect({ flags: "RA" });
    expect(peer.log.at(-1)).toBe("closed cancelled");
    expect(peer.write(connection, 5)).toBe(0);
    connection.close(peer.now);
    connection.abort(peer.now);
    peer.turn();
    peer.advance(1_000_000);
    peer.expectNothing();
    expect([...peer.layer.connections]).toEqual([]);
    expect(peer.layer.blocks.used).toBe(0);
  });
});

describe("when nobody waits for the outcome", () => {
  test("close with data nobody acknowledges gives up after eight retransmissions, even with endless patience", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ maxRetransmits: Number.POSITIVE_INFINITY });
    peer.write(connection, 10);
    connection.close(peer.now);
    peer.turn();
    peer.advance(400_000);
    expect(connection.state).toBe("closed");
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("close towards a window that stays shut ends too", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { wnd: 0 });
    peer.wnd = 0;
    peer.write(connection, 10);
    connection.close(peer.now);
    peer.turn();
    for (let i = 0; i < 400 && connection.state !== "closed"; i++) {
      peer.advance(1000);
      if (peer.flush().some((s) => s.flags === "A")) peer.send({ ack: 1 });
    }
    expect(connection.state).toBe("closed");
  });
  test("a peer that makes a little room from time to time, and takes a byte each, has ten minutes in all", () => {
    // In FIN-WAIT-1, CLOSING and LAST-ACK; `takes` says whether it ever acknowledges.
    for (const takes of [false, true]) {
      for (const ends of ["never", "after us", "before us"]) {
        const peer = new TcpPeer();
        const connection = peer.established(undefined, { wnd: 0 });
        peer.wnd = 0;
        peer.write(connection, 100_000);
        if (ends === "before us") peer.send({ flags: "FA", seq: 1 });
        connection.close(peer.now);
        peer.turn();
        if (ends === "after us") peer.send({ flags: "FA", seq: 1 });
        const seq = ends === "never" ? 1 : 2;
        const began = peer.now;
        let taken = 1;
        let reset = 0;
        const lives = (): boolean => connection.state !== "closed";
        const peek = (): void => {
          for (const sent of peer.flush()) {
            if (sent.flags.includes("R")) reset++;
            else if (takes && sent.length > 0) taken = Math.max(taken, sent.seq + 1);
          }
        };
        for (let i = 0; lives() && i < 300; i++) {
          peer.advance(5000);
          peek();
          if (lives()) peer.send({ seq, ack: taken, wnd: i % 2 });
          peek();
        }
        expect([connection.state, reset], ends).toEqual(["closed", 1]);
        expect(peer.now - began).toBeLessThanOrEqual(10 * 60_000 + 5000);
        if (takes) expect(peer.now - began).toBeGreaterThanOrEqual(10 * 60_000);
        expect(peer.layer.blocks.used).toBe(0);
        expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
      }
    }
  });

  test("ten minutes are for what is closed: half-closed towards the same peer nothing is given up", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { wnd: 0 });
    peer.wnd = 0;
    peer.write(connection, 1000);
    connection.shutdown(peer.now);
    peer.turn();
    for (let i = 0; i < 300; i++) {
      peer.advance(5000);
      if (peer.flush().length > 0) peer.send({ seq: 1, ack: 1 });
    }
    expect(connection.state).toBe("fin-wait-1");
  });
});

describe("the user's callbacks", () => {
  test("a handler set late hears what happened before", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    connection.handler = undefined;
    peer.send({ flags: "FPA", seq: 1, length: 5 });
    peer.read(connection);
    connection.handler = peer.handler("late ");
    peer.turn();
    expect(peer.log).toEqual(["established", "late readable", "late end"]);
  });

  test("one that throws does not take the others' turn", () => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    const iss: number[] = [];
    for (const fromPort of [1, 2]) {
      peer.send({ flags: "S", seq: 0, mss: MSS, fromPort });
      peer.send({ seq: 1, ack: 1, fromPort });
      iss.push(peer.theirIss);
    }
    accepted[0]!.handler = {
      ...peer.handler(""),
      onReadable: () => {
        throw new Error("of the user's own");
      },
    };
    peer.turn();
    peer.log.length = 0;
    for (const [i, theirIss] of iss.entries()) {
      peer.theirIss = theirIss;
      peer.inject({ flags: "PA", seq: 1, ack: 1, length: 5, fromPort: i + 1 });
    }
    expect(() => peer.turn()).toThrow("of the user's own");
    peer.turn();
    expect(peer.log).toEqual(["readable"]);
  });
});

describe("TIME-WAIT", () => {
  const waiting = (stamps = false): [TcpPeer, { state: string }] => {
    const peer = new TcpPeer();
    const accepted = peer.listen();
    const option = stamps ? { ts: [1000, 0] as [number, number] } : {};
    peer.send({ flags: "S", seq: 0, mss: MSS, ...option });
    peer.expect({ flags: "SA" });
    peer.send({ seq: 1, ack: 1, ...option });
    const connection = accepted[0]!;
    connection.shutdown(peer.now);
    peer.turn();
    peer.expect({ flags: "FA" });
    peer.send({ flags: "FA", seq: 1, ack: 2, ...option });
    peer.expect({ flags: "A", seq: 2, ack: 2 });
    expect(connection.state).toBe("time-wait");
    return [peer, connection];
  };

  test("T49 reading in TIME-WAIT sends no window update", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 4000, windowScaling: false });
    connection.shutdown(peer.now);
    peer.turn();
    for (let seq = 1; seq < 4001; seq += 1000) peer.inject({ seq, ack: 2, length: 1000 });
    peer.send({ flags: "FA", seq: 4001, ack: 2 });
    peer.flush();
    expect(connection.state).toBe("time-wait");
    expect(peer.read(connection)).toBe(4000);
    peer.advance(1000);
    peer.expectNothing();
    expect(peer.log).toEqual(["established", "readable", "end", "closed"]);
  });

  test("T90 FIN again: ACK and the wait starts over; odd segments are answered; RST is ignored", () => {
    const [peer, connection] = waiting();
    peer.advance(50_000);
    peer.send({ flags: "FA", seq: 1, ack: 2 });
    peer.expect({ flags: "A", seq: 2, ack: 2 });
    peer.send({ flags: "PA", seq: 50_000_000, ack: 2, length: 3 });
    peer.expect({ flags: "A", seq: 2, ack: 2 });
    // Inside of the window too: data that came after FIN, a hole, a FIN that is another one.
    for (const odd of [
      { flags: "PA", seq: 2, length: 3 },
      { flags: "PA", seq: 100, length: 3 },
      { flags: "FPA", seq: 2, length: 3 },
      { flags: "FA", seq: 2 },
    ]) {
      peer.send({ ...odd, ack: 2 });
      peer.expect({ flags: "A", seq: 2, ack: 2 });
    }
    peer.send({ seq: 2, ack: 2 });
    peer.expectNothing();
    peer.send({ flags: "R", seq: 2 });
    expect(connection.state).toBe("time-wait");
    peer.advance(59_999);
    expect(connection.state).toBe("time-wait");
    peer.advance(1);
    expect(connection.state).toBe("closed");
    expect(peer.layer.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test("T90 a FIN that is not the peer's own starts no new wait, whatever its number", () => {
    const [peer, connection] = waiting();
    for (const seq of [1 - 1_000_000, 0, 2, 100, 50_000_000]) {
      peer.advance(11_000);
      peer.send({ flags: "FA", seq, ack: 2 });
      peer.flush();
    }
    peer.advance(4999);
    expect(connection.state).toBe("time-wait");
    peer.advance(1);
    expect(connection.state).toBe("closed");
  });

  test("T91 a newer SYN opens a new connection, an older one does not", () => {
    const [peer, connection] = waiting();
    peer.send({ flags: "S", seq: -500 });
    expect(peer.flush().every((s) => !s.flags.includes("S"))).toBe(true);
    expect(connection.state).toBe("time-wait");
    peer.send({ flags: "S", seq: 500 });
    peer.expect({ flags: "SA", ack: 501 });
    expect(connection.state).toBe("closed");

    const [stamped, other] = waiting(true);
    stamped.send({ flags: "S", seq: -500, ts: [1001, 0] });
    stamped.expect({ flags: "SA", ack: -499 });
    expect(other.state).toBe("closed");
  });
});
