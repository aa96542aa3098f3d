import { describe, expect, test } from "vitest";
import { type Sent, TcpPeer } from "../../support/tcp-peer.ts";

/** MSS of a full segment as the peer sees it. */
function firstSegment(peer: TcpPeer, answer: Sent): number {
  const connection = peer.established(undefined, answer);
  peer.write(connection, 20_000);
  return peer.flush()[0]!.length;
}

describe("what is malformed", () => {
  test("T22 a bad checksum or data offset is dropped without an answer", () => {
    const peer = new TcpPeer();
    const connection = peer.established();
    const patch = (at: number, value: number) => (bytes: Uint8Array) => {
      bytes[at] = value;
      return bytes;
    };
    peer.send({ length: 10, damage: patch(25, 0x55) });
    expect(peer.drops.get("tcp-checksum")).toBe(1);
    expect(connection.readableLength).toBe(0);
    peer.expectNothing();
    // A wrong data offset behind a right checksum: what is added there is taken off elsewhere.
    const offset = (words: number) => (bytes: Uint8Array) => {
      const before = bytes[12]!;
      bytes[12] = words << 4;
      const sum = ((bytes[16]! << 8) | bytes[17]!) + (before << 8) - (bytes[12]! << 8);
      const folded = (((sum % 65_535) + 65_535) % 65_535) & 0xffff;
      bytes[16] = folded >> 8;
      bytes[17] = folded & 255;
      return bytes;
    };
    for (const words of [0, 4, 15]) peer.send({ length: 10, damage: offset(words) });
    peer.send({ damage: (bytes) => bytes.slice(0, 19) });
    expect(peer.drops.get("tcp-malformed")).toBe(3);
    peer.expectNothing();
    peer.send({ length: 10, damage: offset(5) });
    expect(connection.readableLength).toBe(10);
  });

  test("T23 impossible option lengths end the parsing; 40 NOPs are harmless", () => {
    for (const rawOptions of [
      [8, 0, 0, 0],
      [8, 1, 0, 0],
      [2, 40, 0, 0],
      [5, 7, 1, 1, 1, 1, 1, 0],
      [3],
      new Array<number>(40).fill(1),
      [1, 1, 1, 8],
      [0, 255, 255, 255],
    ]) {
      const peer = new TcpPeer();
      const connection = peer.established();
      peer.send({ length: 4, rawOptions: [...rawOptions] });
      expect(connection.readableLength).toBe(4);
    }
  });

  test("T23 options before a broken one count", () => {
    const peer = new TcpPeer();
    const connection = peer.connect();
    peer.send({ flags: "SA", seq: 0, ack: 1, rawOptions: [2, 4, 2, 0, 3, 0] });
    peer.flush();
    expect(connection.stats.mss).toBe(512);
  });
});

describe("options of the handshake", () => {
  test("T24 a window scale above 14 counts as 14; without the option both scales are 0", () => {
    const big = new TcpPeer();
    const scaled = big.established(undefined, { ws: 15 });
    big.wnd = 1;
    big.send({ flags: "A", wnd: 3 });
    expect(scaled.stats.sendWindow).toBe(3 << 14);

    const none = new TcpPeer();
    const plain = none.established();
    none.send({ flags: "A", wnd: 40_000 });
    expect(plain.stats.sendWindow).toBe(40_000);
    none.send({ flags: "PA", length: 100 });
    none.advance(40);
    expect(none.expect({ flags: "A" }).wnd).toBeGreaterThan(60_000);
  });

  test("T25 the scale is the smallest that can name the whole buffer", () => {
    for (const [receiveBufferMax, ws] of [
      [65_535, 0],
      [65_536, 1],
      [256 << 10, 3],
      [1 << 20, 5],
      [6 << 20, 7],
      [65_535 << 14, 14],
    ] as const) {
      const peer = new TcpPeer();
      peer.connect({ receiveBufferMax });
      const syn = peer.expect({ flags: "S" });
      expect([syn.ws, receiveBufferMax >> syn.ws <= 65_535]).toEqual([ws, true]);
    }
  });

  test("T26 MSS 0, tiny or missing", () => {
    expect(firstSegment(new TcpPeer(), { mss: 0 })).toBe(1220);
    expect(firstSegment(new TcpPeer({ version: 4 }), { mss: 0 })).toBe(536);
    expect(firstSegment(new TcpPeer({ version: 4 }), { mss: 10 })).toBe(48);
    expect(firstSegment(new TcpPeer({ version: 4 }), { rawOptions: [1, 1, 1, 1] })).toBe(536);
    expect(firstSegment(new TcpPeer(), { rawOptions: [1, 1, 1, 1] })).toBe(1220);
    const stamped = new TcpPeer();
    expect(firstSegment(stamped, { mss: 10, ts: [1, stamped.lastStamp] })).toBe(36);
  });

  test("T27 timestamps and SACK blocks take their room from the payload; the path's MTU bounds it", () => {
    const peer = new TcpPeer();
    peer.stamps = true;
    const connection = peer.established(undefined, { mss: 9000, sackOk: true });
    peer.write(connection, 5000);
    expect(peer.flush()[0]!.length).toBe(1420 - 60 - 12);
    peer.send({ flags: "PA", seq: 100, length: 10, ack: 5001 });
    peer.expect({ flags: "A", sack: [[100, 110]] });
    peer.write(connection, 3000);
    const [full] = peer.flush();
    expect([full!.length, full!.sack]).toEqual([1420 - 60 - 12 - 12, [[100, 110]]]);

    const narrow = new TcpPeer();
    narrow.pathMtu = 1300;
    expect(firstSegment(narrow, { mss: 1360 })).toBe(1240);
  });
});

describe("timestamps", () => {
  test("T28 on every segment but RST, echoing TS.Recent, never going back", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1360, ts: [700, 0] });
    let last = peer.lastStamp;
    for (let i = 1; i <= 5; i++) {
      peer.advance(7);
      peer.send({ flags: "PA", seq: i, length: 1, ts: [700 + i, peer.lastStamp] });
      peer.write(connection, 10);
      const [sent] = peer.flush().slice(-1);
      expect(sent!.ts![1]).toBe(700 + i);
      expect((sent!.ts![0] - last) | 0).toBeGreaterThanOrEqual(0);
      last = sent!.ts![0];
    }
    peer.flush();
    connection.abort(peer.now);
    expect(peer.expect({ flags: "RA" }).ts).toBeUndefined();
  });

  test("T29 a segment without the option is accepted all the same", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1360, ts: [700, 0] });
    peer.send({ flags: "PA", seq: 1, length: 5 });
    expect(connection.readableLength).toBe(5);
  });

  test("T30 PAWS: an older timestamp is answered and dropped; after 24 days of silence it is not", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1360, ts: [1000, 0] });
    peer.send({ flags: "PA", seq: 1, length: 5, ts: [999, peer.lastStamp] });
    expect(connection.readableLength).toBe(0);
    expect(peer.expect({ flags: "A", ack: 1 }).ts![1]).toBe(1000);
    expect(peer.drops.get("tcp-paws")).toBe(1);
    // Across the wrap of 2^32 later is still later.
    for (const [seq, stamp] of [
      [1, 0x7000_0000],
      [6, 0xe000_0000],
      [11, 5],
    ] as const) {
      peer.send({ flags: "PA", seq, length: 5, ts: [stamp, peer.lastStamp] });
      peer.advance(40);
    }
    expect(connection.readableLength).toBe(15);
    peer.advance(24 * 24 * 3600 * 1000 + 1);
    peer.send({ flags: "PA", seq: 16, length: 5, ts: [1, peer.lastStamp] });
    expect(connection.readableLength).toBe(20);
  });

  test("T30 RFC 7323 5.3: a bare duplicate ACK that others overtook is heard for its SACK; nothing else that old is", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1000, sackOk: true, ts: [1000, 0] });
    peer.write(connection, 6000);
    const sent = peer.flush();
    const step = sent[0]!.length;
    const sack = (from: number, to: number): [number, number] => [1 + from * step, 1 + to * step];
    const send = (fields: Sent, stamp: number): void => peer.send({ ...fields, ts: [stamp, peer.lastStamp] });
    peer.advance(5);
    send({ sack: [sack(3, 4)] }, 1100);
    // Sent before that one, and the only one that names the second segment.
    send({ sack: [sack(1, 2)] }, 1090);
    expect(peer.drops.get("tcp-paws")).toBeUndefined();
    expect(connection.stats.duplicateAcks).toBe(2);
    peer.advance(5000);
    // All of both is known: neither is sent again before the first timeout.
    const resent = peer.flush().map(({ seq }) => (seq - 1) / step);
    expect(resent).toContain(0);
    expect(resent.slice(0, 2)).toEqual([0, 2]);
    peer.send({ ts: [1101, peer.lastStamp], flags: "PA", length: 3 });
    peer.nxt += 3;
    peer.advance(50);
    // TS.Recent stays at the newest.
    expect(peer.flush().at(-1)!.ts![1]).toBe(1101);
    const refused: [Sent, number][] = [
      [{ flags: "PA", length: 5 }, 1095],
      [{ flags: "FA" }, 1095],
      [{ ack: 1 + step }, 1095],
      [{ seq: peer.nxt - 1 }, 1095],
      [{ wnd: 1000 }, 1095],
      // As old as a turn of the numbers may be: further back than any timeout.
      [{}, 1101 - 200_000],
    ];
    for (const [i, [fields, stamp]] of refused.entries()) {
      send(fields, stamp);
      expect(peer.drops.get("tcp-paws")).toBe(i + 1);
    }
    expect(connection.readableLength).toBe(3);
  });

  test("T30 RST is not subject to PAWS", () => {
    const peer = new TcpPeer();
    const connection = peer.established(undefined, { mss: 1360, ts: [1000, 0] });
    peer.send({ flags: "R", seq: 1, ts: [1, 0] });
    expect(connection.state).toBe("closed");
  });

  test("T31 TS.Recent follows only segments at or before the last acknowledgment sent", () => {
    const peer = new TcpPeer();
    peer.established(undefined, { mss: 1360, ts: [1000, 0], sackOk: true });
    peer.send({ flags: "PA", seq: 101, length: 100, ts: [1050, peer.lastStamp] });
    expect(peer.expect({ flags: "A", ack: 1 }).ts![1]).toBe(1000);
    peer.send({ flags: "PA", seq: 1, length: 100, ts: [1040, peer.lastStamp] });
    expect(peer.expect({ flags: "A", ack: 201 }).ts![1]).toBe(1040);
  });
});
