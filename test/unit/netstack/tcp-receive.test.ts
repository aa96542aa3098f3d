import { describe, expect, test } from "vitest";
import type { TcpConnection } from "../../../electron/netstack/tcp/connection.ts";
import { TcpPeer } from "../../support/tcp-peer.ts";

const sackPeer = (): TcpPeer => new TcpPeer();

describe("acknowledging", () => {
  test("T32 one small segment waits at most 40 ms, two full ones do not wait", () => {
    const peer = new TcpPeer();
    peer.established();
    peer.send({ flags: "PA", seq: 1, length: 10 });
    peer.expectNothing();
    peer.advance(39);
    peer.expectNothing();
    peer.advance(1);
    peer.expect({ flags: "A", ack: 11 });
    peer.send({ seq: 11, length: 1000 });
    peer.expectNothing();
    peer.send({ seq: 1011, length: 1000 });
    peer.expect({ flags: "A", ack: 2011 });
    peer.advance(1000);
    peer.expectNothing();
  });

  test("T32 a segment larger than the peer was told to send puts no later acknowledgement off", () => {
    const peer = new TcpPeer();
    peer.established();
    peer.send({ seq: 1, length: 30_000 });
    peer.advance(100);
    peer.flush();
    for (let i = 0; i < 40; i++) peer.send({ seq: 30_001 + i * 1360, length: 1360 });
    expect(peer.flush().length).toBe(20);
  });

  test("T33 the acknowledgment rides on data", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "PA", seq: 1, length: 10 });
    peer.write(connection, 3);
    peer.expect({ flags: "PA", seq: 1, length: 3, ack: 11 });
    peer.advance(100);
    expect(peer.flush().filter((s) => s.length === 0)).toEqual([]);
  });

  test("T57 data without PSH is given to the user at once", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "A", seq: 1, length: 10 });
    expect(peer.log).toEqual(["established", "readable"]);
    expect(peer.read(connection)).toBe(10);
  });

  test("T34 one acknowledgment per turn, and none covers more than 32 segments", () => {
    const peer = new TcpPeer();
    peer.established();
    for (let i = 0; i < 10; i++) peer.inject({ seq: 1 + i * 1000, length: 1000 });
    peer.expectNothing();
    peer.turn();
    peer.expect({ flags: "A", ack: 10_001 });
    peer.expectNothing();
    for (let i = 10; i < 80; i++) peer.inject({ seq: 1 + i * 1000, length: 1000 });
    peer.turn();
    expect(peer.flush().map((s) => s.ack)).toEqual([42_001, 74_001, 80_001]);
  });

  test("T35 beyond a hole: at once, the newest block first, at most three beside timestamps", () => {
    const peer = sackPeer();
    peer.stamps = true;
    peer.established(undefined, { mss: 1360, sackOk: true });
    const blocks: [number, number][] = [];
    for (const seq of [101, 301, 501, 701]) {
      peer.inject({ seq, length: 100 });
      blocks.unshift([seq, seq + 100]);
      peer.expect({ flags: "A", ack: 1, sack: blocks.slice(0, 3) });
    }
    peer.inject({ seq: 201, length: 100 });
    expect(peer.expect({ ack: 1 }).sack[0]).toEqual([101, 401]);
  });

  test("T35 four blocks without timestamps; none when SACK was not agreed", () => {
    const four = new TcpPeer();
    four.established(undefined, { mss: 1360, sackOk: true });
    for (const seq of [101, 301, 501, 701, 901]) four.inject({ seq, length: 100 });
    expect(four.flush().at(-1)!.sack).toEqual([
      [901, 1001],
      [701, 801],
      [501, 601],
      [301, 401],
    ]);
    const none = new TcpPeer();
    none.established();
    none.send({ seq: 101, length: 100 });
    none.expect({ flags: "A", ack: 1, sack: [] });
  });

  test("T35 a block that ends with FIN covers it, so that nothing of its segment is sent again", () => {
    const peer = sackPeer();
    peer.established(undefined, { mss: 1360, sackOk: true });
    peer.send({ seq: 201, length: 100 });
    peer.expect({ flags: "A", ack: 1, sack: [[201, 301]] });
    peer.send({ flags: "FPA", seq: 301, length: 50 });
    peer.expect({ flags: "A", ack: 1, sack: [[201, 352]] });
  });

  test("T36 a filled hole is acknowledged at once, without blocks", () => {
    const peer = sackPeer();
    peer.established(undefined, { mss: 1360, sackOk: true });
    peer.send({ seq: 101, length: 100 });
    peer.flush();
    peer.send({ seq: 1, length: 100 });
    peer.expect({ flags: "A", ack: 201, sack: [] });
  });

  test("T37 duplicates are acknowledged at once with DSACK, every time, and delivered once", () => {
    const peer = sackPeer();
    const connection = peer.established(undefined, { mss: 1360, sackOk: true });
    peer.send({ flags: "PA", seq: 1, length: 100 });
    peer.advance(40);
    peer.flush();
    for (let i = 0; i < 5; i++) {
      peer.send({ flags: "PA", seq: 1, length: 100 });
      peer.expect({ flags: "A", ack: 101, sack: [[1, 101]] });
    }
    expect(peer.read(connection)).toBe(100);
    // Counted as what they are.
    expect([...peer.drops]).toEqual([["tcp-duplicate", 5]]);
    // A duplicate beyond a hole: its block, then the block that holds it (RFC 2883 section 4.2).
    peer.send({ seq: 201, length: 100 });
    peer.send({ seq: 301, length: 100 });
    peer.flush();
    peer.send({ seq: 201, length: 100 });
    peer.expect({
      flags: "A",
      ack: 101,
      sack: [
        [201, 301],
        [201, 401],
      ],
    });
    expect(connection.stats.outOfOrder).toBe(3);
  });

  test("T38 old and new in one segment, with FIN: only the new is delivered", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    const data = Uint8Array.from({ length: 200 }, (_, i) => i);
    peer.send({ flags: "PA", seq: 1, data: data.subarray(0, 100) });
    peer.send({ flags: "FPA", seq: 51, data: data.subarray(50) });
    const got = connection.read(1000, peer.now)!;
    peer.turn();
    expect([...got]).toEqual([...data]);
    expect(connection.state).toBe("close-wait");
    expect(peer.flush().at(-1)!.ack).toBe(202);
    expect(peer.log).toEqual(["established", "readable", "readable", "end"]);
  });
});

test("bytes read into the reader's own memory: as many as fit, in order, and the window opens", () => {
  const peer = new TcpPeer();
  const connection = peer.established({ receiveBufferMax: 4000, windowScaling: false });
  const data = Uint8Array.from({ length: 1000 }, (_, i) => i);
  for (const seq of [1, 1001, 2001, 3001]) peer.send({ flags: "PA", seq, data });
  expect(peer.flush().at(-1)).toMatchObject({ ack: 4001, wnd: 0 });
  const into = new Uint8Array(1500);
  expect(connection.readInto(into, peer.now)).toBe(1500);
  expect([...into]).toEqual([...data, ...data.subarray(0, 500)]);
  peer.turn();
  expect(peer.flush().at(-1)).toMatchObject({ ack: 4001, wnd: 1500 });
  expect(connection.readInto(new Uint8Array(4000), peer.now)).toBe(2500);
  expect(connection.readInto(into, peer.now)).toBe(0);
});

/** Established over a round trip of 50 ms, with window scaling. */
function afterRoundTrip(): [TcpPeer, TcpConnection] {
  const peer = new TcpPeer();
  const connection = peer.connect();
  peer.advance(50);
  peer.send({ flags: "SA", seq: 0, ack: 1, mss: 1360, ws: 7 });
  peer.acked = 1;
  return [peer, connection];
}

describe("the window", () => {
  test("T39 data across the right edge: what is inside is kept", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 4000, windowScaling: false });
    for (let seq = 1; seq < 4001; seq += 1000) peer.inject({ seq, length: seq === 3001 ? 1360 : 1000 });
    expect(connection.readableLength).toBe(4000);
    peer.turn();
    peer.expect({ flags: "A", ack: 4001, wnd: 0 });
    expect(peer.read(connection)).toBe(4000);
  });

  test("T40 outside the window: data always answered, the rest at most once in 500 ms", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 4000, windowScaling: false });
    for (let i = 0; i < 3; i++) {
      peer.send({ seq: 50_000, length: 10 });
      peer.expect({ flags: "A", ack: 1 });
    }
    for (let i = 0; i < 3; i++) peer.send({ flags: "A", seq: 50_000 });
    peer.expect({ flags: "A", ack: 1 });
    peer.expectNothing();
    peer.send({ flags: "S", seq: 50_000 });
    peer.expectNothing();
    peer.advance(500);
    peer.send({ flags: "S", seq: 50_000 });
    peer.expect({ flags: "A", ack: 1 });
    expect(connection.state).toBe("established");
  });

  test("T41 the same far segment a hundred times: each acknowledged, memory bounded, the hole fillable", () => {
    const peer = sackPeer();
    const connection = peer.established(undefined, { mss: 1360, sackOk: true, ws: 7 });
    for (let i = 0; i < 100; i++) peer.send({ seq: 100_001, length: 1000 });
    expect(peer.flush().length).toBe(100);
    for (let seq = 1; seq < 100_001; seq += 1000) peer.send({ seq, length: 1000 });
    expect(connection.readableLength).toBe(101_000);
  });

  test("T41 sparse bytes: no more ranges than the bound, and the rest still arrives", () => {
    const peer = sackPeer();
    const connection = peer.established(undefined, { mss: 1360, sackOk: true, ws: 7 });
    for (let i = 1; i <= 3000; i++) peer.send({ seq: 1 + i * 2, length: 1 });
    expect(peer.drops.get("tcp-too-many-holes")).toBe(3000 - 1024);
    peer.flush();
    for (let seq = 1; seq < 6001; seq += 1000) peer.send({ seq, length: 1000 });
    expect(connection.readableLength).toBe(6000);
  });

  test("T42 sequence numbers wrap: receiving, SACK, window", () => {
    const peer = sackPeer();
    peer.iss = 0xffff_ffff - 1500;
    const connection = peer.established(undefined, { mss: 1360, sackOk: true });
    peer.send({ seq: 2001, length: 1000 });
    peer.expect({ flags: "A", ack: 1, sack: [[2001, 3001]] });
    peer.send({ seq: 1, length: 1000 });
    peer.send({ seq: 1001, length: 1000 });
    expect(peer.flush().at(-1)!.ack).toBe(3001);
    peer.send({ seq: 3001, length: 10 });
    expect(connection.readableLength).toBe(3010);
    peer.send({ flags: "R", seq: 3011 });
    expect(connection.state).toBe("closed");
  });

  test("T43 FIN beyond a hole is no end until the hole is filled", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "FPA", seq: 101, length: 100 });
    peer.expect({ flags: "A", ack: 1 });
    expect(connection.state).toBe("established");
    peer.send({ seq: 1, length: 100 });
    peer.expect({ flags: "A", ack: 202 });
    expect(connection.state).toBe("close-wait");
    peer.read(connection);
    expect(peer.log.at(-1)).toBe("end");

    const reset = new TcpPeer();
    reset.established();
    reset.send({ flags: "FPA", seq: 101, length: 100 });
    reset.send({ flags: "R", seq: 1 });
    expect(reset.log).toEqual(["established", "closed connection-reset"]);
  });

  test("T43 a second FIN further on does not move the end", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "FPA", seq: 101, length: 100 });
    peer.send({ flags: "FPA", seq: 301, length: 100 });
    peer.send({ seq: 1, length: 100 });
    expect(peer.flush().at(-1)!.ack).toBe(202);
    expect(connection.state).toBe("close-wait");
    expect(peer.read(connection)).toBe(200);
    expect(peer.log.at(-1)).toBe("end");
  });

  test("T43 data after FIN is not believed", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "FPA", seq: 1, length: 10 });
    peer.send({ flags: "PA", seq: 12, length: 10 });
    expect(connection.readableLength).toBe(10);
    expect(peer.flush().at(-1)!.ack).toBe(12);
  });

  test("T44 a shut window: data refused each time with window 0, FIN taken", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 2000, windowScaling: false });
    peer.send({ seq: 1, length: 1000 });
    peer.send({ seq: 1001, length: 1000 });
    peer.expect({ ack: 2001, wnd: 0 });
    for (let i = 0; i < 3; i++) {
      peer.send({ seq: 2001, length: 1 });
      peer.expect({ flags: "A", ack: 2001, wnd: 0 });
    }
    peer.send({ flags: "FA", seq: 2001 });
    peer.expect({ flags: "A", ack: 2002, wnd: 0 });
    expect(connection.state).toBe("close-wait");
    expect(connection.readableLength).toBe(2000);
  });

  test("T44 the ACK of data at a shut window still counts", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 2000, windowScaling: false });
    peer.send({ seq: 1, length: 1000 });
    peer.send({ seq: 1001, length: 1000 });
    peer.write(connection, 10);
    peer.flush();
    peer.send({ seq: 2001, length: 1, ack: 11 });
    expect(connection.stats.bytesInFlight).toBe(0);
  });

  test("T45 a shut window stays shut until a segment or half the buffer fits, then one update comes", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 8000, windowScaling: false });
    for (let seq = 1; seq < 8001; seq += 1000) peer.inject({ seq, length: 1000 });
    peer.turn();
    peer.expect({ ack: 8001, wnd: 0 });
    peer.read(connection, 500);
    peer.expectNothing();
    peer.send({ seq: 8001, length: 1 });
    peer.expect({ flags: "A", ack: 8001, wnd: 0 });
    peer.read(connection, 1000);
    peer.expect({ flags: "A", ack: 8001, wnd: 1500 });
    peer.expectNothing();
  });

  test("T46 the right edge never moves left while the user does not read", () => {
    const peer = new TcpPeer();
    peer.established(undefined, { mss: 1360, ws: 7 });
    let edge = 0;
    for (let seq = 1; seq < 250_000; ) {
      const length = 1 + ((seq * 7919) % 1300);
      peer.send({ seq, length });
      seq += length;
      for (const segment of peer.flush()) {
        const next = segment.ack + segment.wnd * 128;
        expect(next).toBeGreaterThanOrEqual(edge);
        edge = next;
      }
    }
  });

  test("T47 the window does reach 0, with full and with tiny segments, before memory grows past the buffer", () => {
    for (const length of [1, 100, 1300]) {
      const peer = new TcpPeer();
      const connection = peer.established({ receiveBufferMax: 128 << 10 }, { mss: 1360, ws: 7 });
      let seq = 1;
      let wnd = 1;
      let edge = Number.POSITIVE_INFINITY;
      while (wnd > 0 && seq < 1 << 20) {
        const count = Math.min(length, edge - seq);
        if (count <= 0) break;
        for (let i = 0; i < 40 && edge - seq >= length; i++) {
          peer.inject({ seq, length });
          seq += length;
        }
        if (edge - seq > 0 && edge - seq < length) {
          peer.inject({ seq, length: edge - seq });
          seq = edge;
        }
        peer.turn();
        peer.advance(40);
        const last = peer.flush().at(-1);
        if (last !== undefined) {
          wnd = last.wnd;
          edge = last.ack + wnd * 4;
        }
      }
      expect(wnd).toBe(0);
      expect(connection.readableLength).toBeLessThanOrEqual((128 << 10) + (64 << 10));
    }
  });

  test("T46 T47 tiny segments and a coarse scale: rounding up is bounded, and what was once promised stays accepted", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1360, ws: 7 });
    let seq = 1;
    let wnd = 1;
    let edge = 1 + (256 << 10);
    let furthest = edge;
    while (wnd > 0 && seq < 1 << 19) {
      // Full segments while there is much room: what is of interest is how the window shuts.
      const length = edge - seq > 16 << 10 ? 1_000 : 1;
      for (let i = 0; i < 3 && seq < edge; i++, seq += length) peer.inject({ seq, length });
      peer.turn();
      peer.advance(40);
      const last = peer.flush().at(-1)!;
      wnd = last.wnd;
      edge = last.ack + wnd * 128;
      // RFC 7323 section 2.4: the edge may fall back by what the scale cannot say, and by no more.
      expect(furthest - edge).toBeLessThan(128);
      furthest = Math.max(furthest, edge);
    }
    expect(wnd).toBe(0);
    expect(connection.readableLength).toBeLessThanOrEqual((256 << 10) + (64 << 10));
    peer.send({ seq, length: furthest - seq });
    expect(connection.readableLength).toBe(furthest - 1);
  });

  test("T48 the window becomes four times what is read in a round trip, and stays when less is read", () => {
    const [peer, connection] = afterRoundTrip();
    let seq = 1;
    const round = (segments: number): number => {
      for (let n = 0; n < segments; n++, seq += 1360) peer.inject({ seq, length: 1360 });
      peer.turn();
      peer.read(connection);
      peer.advance(50);
      return connection.stats.receiveWindow;
    };
    round(1);
    for (let n = 0; n < 3; n++) expect(round(40)).toBeLessThanOrEqual(256 << 10);
    round(100);
    round(100);
    // A segment alone is acknowledged after it was read, and that tells of the whole window.
    for (let n = 0; n < 4; n++) expect(round(1)).toBe(4 * 100 * 1360);
  });

  test("T48 a fast reader's window grows to the maximum; a slow reader's does not grow", () => {
    const [peer, connection] = afterRoundTrip();
    let seq = 1;
    let burst = 64 << 10;
    for (let round = 0; round < 12; round++) {
      const room = connection.stats.receiveWindow;
      for (let sent = 0; sent + 1360 <= Math.min(burst, room); sent += 1360, seq += 1360)
        peer.inject({ seq, length: 1360 });
      peer.turn();
      peer.read(connection);
      peer.advance(50);
      burst *= 2;
    }
    expect(connection.stats.receiveWindow).toBeGreaterThanOrEqual(6_200_000);

    const slow = new TcpPeer();
    const other = slow.established(undefined, { mss: 1360, ws: 7 });
    seq = 1;
    for (let round = 0; round < 50; round++) {
      for (let sent = 0; sent < 13_600; sent += 1360, seq += 1360) slow.inject({ seq, length: 1360 });
      slow.turn();
      slow.read(other);
      slow.advance(100);
    }
    expect(other.stats.receiveWindow).toBeLessThanOrEqual(256 << 10);
  });

  test("T49 no window update after the peer's FIN", () => {
    const peer = new TcpPeer();
    const connection = peer.established({ receiveBufferMax: 4000, windowScaling: false });
    for (let seq = 1; seq < 4001; seq += 1000) peer.inject({ seq, length: 1000 });
    peer.send({ flags: "FA", seq: 4001 });
    peer.flush();
    expect(peer.read(connection)).toBe(4000);
    peer.expectNothing();
  });

  test("T50 a keepalive or window probe below RCV.NXT is answered", () => {
    for (const length of [0, 1]) {
      const peer = new TcpPeer();
      peer.established();
      peer.send({ flags: "A", seq: 0, length });
      peer.expect({ flags: "A", seq: 1, ack: 1 });
    }
  });
});

describe("odd segments", () => {
  test("T51 without ACK: dropped", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "P", seq: 1, length: 10 });
    peer.send({ flags: "", seq: 1, length: 10 });
    expect(connection.readableLength).toBe(0);
    peer.expectNothing();
  });

  test("T52 an ACK of what was never sent, or from long ago, brings a limited challenge and nothing else", () => {
    for (const ack of [5000, -200_000]) {
      const peer = new TcpPeer();
      const connection = peer.established();
      peer.send({ flags: "PA", seq: 1, length: 10, ack });
      peer.expect({ flags: "A", seq: 1, ack: 1 });
      peer.send({ flags: "PA", seq: 1, length: 10, ack });
      peer.expectNothing();
      expect(connection.readableLength).toBe(0);
    }
  });

  test("T52 a challenge each half second, and none sooner (RFC 5961 section 7)", () => {
    const peer = new TcpPeer();
    peer.established();
    const odd = (): void => peer.send({ flags: "PA", seq: 1, length: 10, ack: 5000 });
    odd();
    peer.expect({ flags: "A", seq: 1, ack: 1 });
    peer.advance(499);
    odd();
    peer.expectNothing();
    peer.advance(1);
    odd();
    peer.expect({ flags: "A", seq: 1, ack: 1 });
    odd();
    peer.expectNothing();
  });

  test("T52 a bare ACK at the window's very edge counts, as of a peer whose data before it was lost; one beyond does not", () => {
    for (const beyond of [0, 1]) {
      const peer = new TcpPeer();
      const connection = peer.established();
      peer.write(connection, 100);
      peer.flush();
      peer.send({ seq: 1 + connection.stats.receiveWindow + beyond, ack: 101 });
      expect([beyond, connection.stats.bytesInFlight]).toEqual([beyond, beyond * 100]);
      expect(peer.drops.get("tcp-out-of-window") ?? 0).toBe(beyond);
    }
  });

  test("T53 SYN in a synchronized state brings a limited challenge and changes nothing", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "S", seq: 1 });
    peer.expect({ flags: "A", seq: 1, ack: 1 });
    peer.send({ flags: "S", seq: 1, length: 5 });
    peer.send({ flags: "SA", seq: 5 });
    peer.expectNothing();
    expect([connection.state, connection.readableLength]).toEqual(["established", 0]);
  });

  test("T54 RST: exact resets, in the window is challenged, outside is dropped", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.send({ flags: "R", seq: 0 });
    peer.send({ flags: "R", seq: 1_000_000 });
    peer.expectNothing();
    peer.send({ flags: "R", seq: 2 });
    peer.expect({ flags: "A", seq: 1, ack: 1 });
    expect(connection.state).toBe("established");
    peer.send({ flags: "R", seq: 1 });
    expect(connection.state).toBe("closed");
    expect(peer.log).toEqual(["established", "closed connection-reset"]);
    peer.expectNothing();
  });

  test("T55 what came before a reset can be read, writing fails", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    peer.inject({ flags: "PA", seq: 1, length: 10 });
    peer.send({ flags: "R", seq: 11 });
    expect(peer.log).toEqual(["established", "readable", "closed connection-reset"]);
    expect(connection.readableLength).toBe(10);
    expect(peer.write(connection, 5)).toBe(0);
    expect(peer.read(connection)).toBe(10);
    expect(connection.read(10, peer.now)).toBeUndefined();
  });

  test("T56 URG with any pointer: data in line", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    let seq = 1;
    for (const pointer of [0, 1, 5, 10, 11, 0xffff]) {
      // The pointer stands in the header's last two bytes; the checksum follows it.
      const damage = (bytes: Uint8Array): Uint8Array => {
        const sum = ((bytes[16]! << 8) | bytes[17]!) - pointer;
        const checksum = sum < 0 ? sum + 0xffff : sum;
        bytes.set([checksum >> 8, checksum & 255, pointer >> 8, pointer & 255], 16);
        return bytes;
      };
      const data = Uint8Array.from({ length: 10 }, (_, i) => seq + i);
      peer.send({ flags: "UPA", seq, data, damage });
      expect(connection.read(100, peer.now)).toEqual(data);
      seq += 10;
    }
    expect([...peer.drops]).toEqual([]);
  });
});
