import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TcpOptions } from "../../electron/netstack/tcp/connection.ts";
import { outline, type RawPeer, ROUTER, rawPeerMissing, startRawPeer, THEM, US } from "../support/interop/raw-peer.ts";
import { RawTcp, type Seen, type Told } from "../support/interop/raw-tcp.ts";

/** TCP against a peer that breaks its rules, through wireguard-go and a kernel's TUN: each answer, packet by packet. */

const missing = rawPeerMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

/** What an ordinary peer's SYN|ACK offers. */
const STAMPED = "[('MSS',1220),('SAckOK',b''),('Timestamp',(100,0)),('NOP',None),('WScale',7)]";
const stamp = (value: number): string => `[('NOP',None),('NOP',None),('Timestamp',(${value},0))]`;
const CHALLENGE_INTERVAL_MS = 600;

let peer: RawPeer;
let tcp: RawTcp;

beforeAll(async () => {
  if (missing === undefined) peer = await startRawPeer();
}, 60_000);
afterAll(async () => await peer?.dispose());
afterEach(async () => await tcp?.end());

async function established(family: 4 | 6, options: TcpOptions = {}, answer: Told = {}): Promise<void> {
  tcp = new RawTcp(peer, family);
  await tcp.established(options, answer);
}

function brief(seen: readonly Seen[]): unknown[] {
  return seen.map(({ flags, seq, ack, length }) => [flags, seq, ack, length]);
}

/** The connection still carries a byte each way. */
async function expectAlive(seq = 1, ack = 1): Promise<void> {
  await tcp.exchange({ flags: "PA", seq, ack, data: "b'alive'" });
  expect(tcp.readAll()).toMatch(/alive$/);
  tcp.write(3);
  const sent = await tcp.exchange();
  expect(brief(sent)).toContainEqual(["PA", ack, seq + 5, 3]);
  await tcp.exchange({ seq: seq + 5, ack: ack + 3 });
  expect(tcp.connection.state).toBe("established");
}

describe.skipIf(missing !== undefined)("raw packets: TCP", () => {
  describe.each([6, 4] as const)("IPv%i", (family) => {
    const quoted = (segment: Seen, length: number): string => {
      const header = `${family === 6 ? "IPv6" : "IP"}(src='${US[family]}',dst='${THEM[family]}')`;
      const ports = `sport=${tcp.ourPort},dport=${tcp.port},seq=${(tcp.ourIss + segment.seq) >>> 0}`;
      return `${header}/TCP(${ports})/Raw(b'a'*${length})`;
    };
    const router = `${family === 6 ? "IPv6" : "IP"}(src='${ROUTER[family]}',dst='${US[family]}')`;

    test("T01 T02 the SYN, and the ACK of its answer", async () => {
      tcp = new RawTcp(peer, family);
      const syn = await tcp.connect();
      expect(syn).toMatchObject({ flags: "S", mss: 1420 - (family === 6 ? 60 : 40), sackOk: true, length: 0 });
      expect(syn.stamps).toHaveLength(2);
      const answers = await tcp.exchange({ flags: "SA", seq: 0, ack: 1, options: STAMPED });
      expect(brief(answers)).toEqual([["A", 1, 1, 0]]);
      expect(answers[0]?.stamps?.[1]).toBe(100);
      expect(tcp.log).toEqual(["established"]);
      await expectAliveStamped();
    });

    async function expectAliveStamped(): Promise<void> {
      await tcp.exchange({ flags: "PA", data: "b'stamped'", options: stamp(101) });
      expect(tcp.readAll()).toBe("stamped");
    }

    test("T03 SYN|ACK of another number: RST with it, and the attempt goes on", async () => {
      tcp = new RawTcp(peer, family);
      await tcp.connect();
      const answers = await tcp.exchange({ flags: "SA", seq: 0, ack: 77 });
      expect(brief(answers)[0]).toEqual(["R", 77, 0, 0]);
      expect(answers.filter(({ flags }) => flags === "R")).toHaveLength(1);
      await tcp.exchange({ flags: "SA", seq: 0, ack: 1 });
      expect(tcp.log).toEqual(["established"]);
    });

    test("T04 T05 SYN-SENT: bare ACK and blind RSTs ignored, the true RST|ACK refuses", async () => {
      tcp = new RawTcp(peer, family);
      await tcp.connect();
      expect(await tcp.exchange({ ack: 1 }, { flags: "R", seq: 1 }, { flags: "RA", ack: 2, seq: 0 })).toEqual([]);
      expect(tcp.log).toEqual([]);
      expect(await tcp.exchange({ flags: "RA", seq: 0, ack: 1 })).toEqual([]);
      expect(tcp.log).toEqual(["connection-refused"]);
    });

    test("T08 simultaneous open", async () => {
      tcp = new RawTcp(peer, family);
      await tcp.connect();
      const answers = await tcp.exchange({ flags: "S", seq: 0 });
      expect(brief(answers)).toEqual([["SA", 0, 1, 0]]);
      await tcp.exchange({ ack: 1 });
      expect(tcp.log).toEqual(["established"]);
      await expectAlive();
    });

    test("T10 T20 LISTEN: only what was offered is echoed, whatever ECN asks", async () => {
      tcp = new RawTcp(peer, family);
      tcp.listen();
      const answer = await tcp.syn({ flags: "SEC", options: "[('MSS',1220),('SAckOK',b'')]" });
      expect(answer).toMatchObject({ flags: "SA", seq: 0, ack: 1, sackOk: true });
      expect([answer.stamps, answer.scale]).toEqual([undefined, undefined]);
      await tcp.exchange({ ack: 1 });
      expect(tcp.log).toEqual([]);
      await expectAlive();
    });

    test("T11 T21 LISTEN and closed: an ACK is reset, an RST is not answered", async () => {
      tcp = new RawTcp(peer, family);
      tcp.listen();
      expect(brief(await tcp.exchange({ ack: 500 }))).toEqual([["R", 500, 0, 0]]);
      expect(brief(await tcp.exchange({ flags: "SA", ack: 500 }))).toEqual([["R", 500, 0, 0]]);
      expect(await tcp.exchange({ flags: "R" }, { flags: "RA" }, { flags: "F" })).toEqual([]);
      tcp.ourPort = 9;
      expect(brief(await tcp.exchange({ flags: "SF", seq: 10, data: "b'abc'" }))).toEqual([["RA", 0, 15, 0]]);
      expect(await tcp.exchange({ flags: "R" }, { flags: "RA" })).toEqual([]);
    });

    test("T12 T13 T14 SYN-RCVD: wrong ACK, wrong number, RST", async () => {
      tcp = new RawTcp(peer, family);
      tcp.listen();
      await tcp.syn();
      expect(brief(await tcp.exchange({ ack: 99 }))).toEqual([["R", 99, 0, 0]]);
      expect(brief(await tcp.exchange({ seq: 1_000_000, ack: 1 }))).toEqual([["A", 1, 1, 0]]);
      expect(await tcp.exchange({ flags: "R", seq: 1 })).toEqual([]);
      expect(brief(await tcp.exchange({ ack: 1 }))).toEqual([["R", 1, 0, 0]]);
      expect(await tcp.syn()).toMatchObject({ flags: "SA" });
    });

    test("T22 T23 wrong checksums, offsets and options: nothing, and no harm", async () => {
      await established(family);
      const data = { flags: "PA", data: "b'x'" };
      expect(
        await tcp.exchange(
          { ...data, more: "chksum=0x1234" },
          { ...data, more: "dataofs=4" },
          { ...data, more: "dataofs=15" },
          { ...data, more: "dataofs=0" },
        ),
      ).toEqual([]);
      expect(tcp.readAll()).toBe("");
      // Scapy writes no lying options, so they stand at the payload's start and the data offset takes them in.
      const lying = ["b'\\x08\\x00\\x00\\x00'", "b'\\x08\\x01\\x00\\x00'", "b'\\x05\\xff\\x00\\x00'", "b'\\x01'*40"];
      const lengths = [4, 4, 4, 40];
      let seq = 1;
      for (const [i, bytes] of lying.entries()) {
        const more = `dataofs=${5 + lengths[i]! / 4}`;
        const answers = await tcp.exchange({ flags: "PA", seq, data: `${bytes}+b'y'`, more });
        expect(answers.map(({ flags }) => flags).join("")).not.toContain("R");
        seq += tcp.readAll().length;
      }
      await expectAlive(seq);
    });

    test("T30 PAWS: an older stamp is dropped and answered, TS.Recent stays", async () => {
      await established(family, {}, { options: STAMPED });
      await tcp.exchange({ flags: "PA", seq: 1, data: "b'new'", options: stamp(5_000) });
      await tcp.settle();
      const answers = await tcp.exchange({ flags: "PA", seq: 4, data: "b'old'", options: stamp(4_999) });
      expect(answers).toHaveLength(1);
      expect(answers[0]).toMatchObject({ flags: "A", seq: 1, ack: 4, length: 0 });
      expect(answers[0]?.stamps?.[1]).toBe(5_000);
      expect(tcp.readAll()).toBe("new");
      await tcp.exchange({ flags: "PA", seq: 4, data: "b'!'", options: stamp(5_000) });
      expect(tcp.readAll()).toBe("!");
    });

    test("T30 PAWS across the wrap of the clock, and an RST that it does not stop", async () => {
      const wrapping = STAMPED.replace("(100,0)", "(0xfffffff0,0)");
      await established(family, {}, { options: wrapping });
      await tcp.exchange({ flags: "PA", data: "b'over'", options: stamp(5) });
      await tcp.settle();
      const refused = await tcp.exchange({ flags: "PA", seq: 5, data: "b'back'", options: stamp(0xffff_fff8) });
      expect(refused[0]).toMatchObject({ flags: "A", ack: 5 });
      expect(refused[0]?.stamps?.[1]).toBe(5);
      expect(tcp.readAll()).toBe("over");
      await tcp.exchange({ flags: "R", seq: 5, options: stamp(1) });
      expect(tcp.log.at(-1)).toBe("connection-reset");
    });

    test("T29 T31 no stamp is accepted; a stamp beyond a hole does not move TS.Recent", async () => {
      await established(family, {}, { options: STAMPED });
      await tcp.exchange({ flags: "PA", seq: 1, data: "b'bare'" });
      await tcp.settle();
      expect(tcp.readAll()).toBe("bare");
      const [answer] = await tcp.exchange({ flags: "PA", seq: 10, data: "b'far'", options: stamp(900) });
      expect(answer?.stamps?.[1]).toBe(100);
      expect(answer?.sack?.map((edge) => (edge - tcp.iss) | 0)).toEqual([10, 13]);
      const [filled] = await tcp.exchange({ flags: "PA", seq: 5, data: "b'close'", options: stamp(200) });
      expect([filled?.ack, filled?.sack]).toEqual([13, undefined]);
      expect(tcp.readAll()).toBe("closefar");
    });

    test("T37 T38 T40 below the window: an ACK always, with what came twice; half below: the new half", async () => {
      await established(family, {}, { options: STAMPED });
      await tcp.exchange({ flags: "PA", seq: 1, data: "b'0123456789'", options: stamp(101) });
      await tcp.settle();
      for (let i = 0; i < 3; i++) {
        const [again] = await tcp.exchange({ flags: "PA", seq: 1, data: "b'0123456789'", options: stamp(102) });
        expect(again).toMatchObject({ flags: "A", ack: 11 });
        expect(again?.sack?.map((edge) => (edge - tcp.iss) | 0)).toEqual([1, 11]);
      }
      await tcp.exchange({ flags: "PA", seq: 6, data: "b'56789abcde'", options: stamp(103) });
      expect(tcp.readAll()).toBe("0123456789abcde");
    });

    test("T39 T40 beyond the window: cut at its edge; wholly outside: an ACK", async () => {
      await established(family, { receiveBufferMax: 8_192, windowScaling: false });
      const window = tcp.connection.stats.receiveWindow;
      const [answer] = await tcp.exchange({ flags: "PA", seq: 1 + window, data: "b'outside'" });
      expect(answer).toMatchObject({ flags: "A", seq: 1, ack: 1 });
      const chunk = 1_200;
      for (let at = 0; at < window + chunk; at += chunk)
        await tcp.exchange({ flags: "PA", seq: 1 + at, data: `b'w'*${chunk}` });
      expect(tcp.connection.readableLength).toBeLessThanOrEqual(window);
      expect(tcp.readAll()).toBe("w".repeat(window));
    });

    test("T44 T45 T50 our window is shut: data refused and answered each time, probes too; reading opens it once", async () => {
      await established(family, { receiveBufferMax: 4_096, windowScaling: false });
      const window = tcp.connection.stats.receiveWindow;
      for (let at = 0; at < window; at += 1_000)
        await tcp.exchange({ flags: "PA", seq: 1 + at, data: `b'w'*${Math.min(1_000, window - at)}` });
      expect(tcp.connection.readableLength).toBe(window);
      await tcp.settle();
      for (let i = 0; i < 3; i++) {
        const answers = await tcp.exchange({ flags: "PA", seq: 1 + window, data: "b'!'" });
        expect(answers.map(({ flags, ack, wnd }) => [flags, ack, wnd])).toEqual([["A", 1 + window, 0]]);
      }
      const probe = await tcp.exchange({ seq: window, data: "b'w'" });
      expect(probe.map(({ ack, wnd }) => [ack, wnd])).toEqual([[1 + window, 0]]);
      expect(tcp.readAll()).toHaveLength(window);
      const update = await tcp.exchange();
      expect(update.map(({ flags, ack }) => [flags, ack])).toEqual([["A", 1 + window]]);
      expect(update[0]?.wnd).toBeGreaterThanOrEqual(window / 2);
    });

    test("T51 T52 no ACK flag: nothing; an ACK of what was never sent, or long ago: one challenge", async () => {
      await established(family);
      expect(await tcp.exchange({ flags: "", data: "b'x'" }, { flags: "P", data: "b'x'" })).toEqual([]);
      for (const ack of [2, 1_000_000, -200_000]) {
        peer.us.age(CHALLENGE_INTERVAL_MS);
        const answers = await tcp.exchange({ flags: "PA", ack, data: "b'no'" }, { flags: "PA", ack, data: "b'no'" });
        expect(brief(answers)).toEqual([["A", 1, 1, 0]]);
      }
      expect(tcp.readAll()).toBe("");
      await expectAlive();
    });

    test("T53 SYN in the window and out of it: one challenge, no change", async () => {
      await established(family);
      for (const told of [
        { flags: "S", seq: 1 },
        { flags: "S", seq: 5_000, data: "b'data'" },
        { flags: "SA", seq: 1 },
        { flags: "S", seq: -5_000 },
        { flags: "S", seq: 900_000_000 },
      ]) {
        peer.us.age(CHALLENGE_INTERVAL_MS);
        const [challenge, ...rest] = await tcp.exchange(told, told);
        expect(challenge).toMatchObject({ flags: "A", seq: 1, ack: 1, length: 0 });
        // Data outside of the window is answered each time; the rest once in half a second (RFC 5961 section 7).
        expect(rest.length).toBeLessThanOrEqual("data" in told ? 1 : 0);
      }
      await expectAlive();
    });

    test("T54 RST in the window: one challenge; outside: nothing; exact: the end", async () => {
      await established(family);
      peer.us.age(CHALLENGE_INTERVAL_MS);
      expect(
        await tcp.exchange({ flags: "R", seq: 0 }, { flags: "RA", seq: -1 }, { flags: "R", seq: 80_000_000 }),
      ).toEqual([]);
      expect(brief(await tcp.exchange({ flags: "R", seq: 2 }, { flags: "RA", seq: 5_000 }))).toEqual([["A", 1, 1, 0]]);
      await expectAlive();
      expect(await tcp.exchange({ flags: "R", seq: 6 })).toEqual([]);
      expect(tcp.log).toEqual(["established", "connection-reset"]);
      expect(brief(await tcp.exchange({ seq: 6, ack: 4 }))).toEqual([["R", 4, 0, 0]]);
    });

    test("T55 a reset leaves what came before it to be read", async () => {
      await established(family);
      await tcp.exchange({ flags: "PA", data: "b'last words'" }, { flags: "R", seq: 11 });
      expect(tcp.readAll()).toBe("last words");
      expect(tcp.log.at(-1)).toBe("connection-reset");
    });

    test("T56 urgent data stays in line, wherever the pointer points", async () => {
      await established(family);
      for (const [i, pointer] of [0, 1, 3, 65_535].entries())
        await tcp.exchange({ flags: "PAU", seq: 1 + i * 4, data: "b'urg.'", more: `urgptr=${pointer}` });
      expect(tcp.readAll()).toBe("urg.".repeat(4));
    });

    test("T35 T36 T41 T43 holes: SACK newest first, a FIN beyond one waits, a hundred equal segments cost nothing", async () => {
      await established(family, {}, { options: "[('MSS',1220),('SAckOK',b'')]" });
      const [first] = await tcp.exchange({ flags: "A", seq: 101, data: "b'b'*100" });
      const [second] = await tcp.exchange({ flags: "A", seq: 301, data: "b'd'*100" });
      const edges = (seen: Seen | undefined) => seen?.sack?.map((edge) => (edge - tcp.iss) | 0);
      expect([edges(first), edges(second)]).toEqual([
        [101, 201],
        [301, 401, 101, 201],
      ]);
      const flood = await tcp.exchange(...Array.from({ length: 100 }, () => ({ seq: 301, data: "b'd'*100" })));
      expect(flood).toHaveLength(100);
      await tcp.exchange({ flags: "FA", seq: 401 });
      expect(tcp.log).toEqual(["established"]);
      await tcp.exchange({ seq: 1, data: "b'a'*100" });
      const [filled] = await tcp.exchange({ seq: 201, data: "b'c'*100" });
      expect([filled?.ack, filled?.sack]).toEqual([402, undefined]);
      expect(tcp.readAll()).toBe("a".repeat(100) + "b".repeat(100) + "c".repeat(100) + "d".repeat(100));
      await peer.exchange();
      expect(tcp.log).toEqual(["established", "end"]);
    });

    test("T60 T61 T81 T82 their window: never beyond it; shut under what is in flight; probed; opened", async () => {
      await established(family, {}, { wnd: 2_440 });
      tcp.write(10_000);
      const sent = await tcp.exchange();
      expect(sent.map(({ seq, length }) => [seq, length])).toEqual([
        [1, 1_220],
        [1_221, 1_220],
      ]);
      // The right edge moves left, under what is in flight.
      expect(await tcp.exchange({ ack: 1_221, wnd: 0 })).toEqual([]);
      expect(await tcp.exchange({ ack: 2_441, wnd: 0 })).toEqual([]);
      for (let i = 0; i < 2; i++) {
        const probe = await tcp.next();
        expect([probe.seq, probe.length]).toEqual([2_440, 0]);
        expect(await tcp.exchange({ ack: 2_441, wnd: 0 })).toEqual([]);
      }
      const opened = await tcp.exchange({ ack: 2_441, wnd: 3_660 });
      expect(opened[0]).toMatchObject({ seq: 2_441 });
      expect(opened.reduce((sum, { length }) => sum + length, 0)).toBe(3_660);
    });

    test("T86 T90 T91 both close; TIME-WAIT answers FIN and data, ignores RST, and a higher SYN begins anew", async () => {
      tcp = new RawTcp(peer, family);
      tcp.listen();
      await tcp.syn();
      await tcp.exchange({ ack: 1 });
      tcp.connection.close(peer.us.now());
      expect(brief(await tcp.exchange())).toEqual([["FA", 1, 1, 0]]);
      expect(brief(await tcp.exchange({ flags: "FA", ack: 1 }))).toEqual([["A", 2, 2, 0]]);
      await tcp.exchange({ seq: 2, ack: 2 });
      expect(tcp.connection.state).toBe("time-wait");
      expect(brief(await tcp.exchange({ flags: "FA", ack: 2 }))).toEqual([["A", 2, 2, 0]]);
      for (const seq of [2, 900])
        expect(brief(await tcp.exchange({ flags: "PA", seq, ack: 2, data: "b'x'" }))).toEqual([["A", 2, 2, 0]]);
      expect(await tcp.exchange({ flags: "R", seq: 2 }, { flags: "RA", seq: 2, ack: 2 })).toEqual([]);
      expect(tcp.connection.state).toBe("time-wait");
      peer.us.age(CHALLENGE_INTERVAL_MS);
      expect(brief(await tcp.exchange({ flags: "S", seq: 1 }))).toEqual([["A", 2, 2, 0]]);
      tcp.iss += 100_000;
      expect(await tcp.syn()).toMatchObject({ flags: "SA", seq: 0, ack: 1 });
    });

    test("T88 closed with data unread: RST, not FIN", async () => {
      await established(family);
      await tcp.exchange({ flags: "PA", data: "b'unread'" });
      tcp.connection.close(peer.us.now());
      expect(brief(await tcp.exchange()).at(-1)).toEqual(["RA", 1, 7, 0]);
    });

    test("I14 Packet Too Big: 1300 about data in flight shrinks segments at once; lies do not", async () => {
      await established(family, {}, { options: "[('MSS',1400)]", wnd: 60_000 });
      const full = 1_420 - (family === 6 ? 60 : 40);
      tcp.write(full * 4);
      const sent = await tcp.exchange();
      expect(sent.map(({ length }) => length)).toEqual([full, full, full, full]);
      const tooBig = (mtu: number) =>
        family === 6 ? `ICMPv6PacketTooBig(mtu=${mtu})` : `ICMP(type=3,code=4,nexthopmtu=${mtu})`;
      const [first] = sent;
      const away = { ...first!, seq: 900_000 };
      const lies = [`${router}/${tooBig(1_300)}/${quoted(away, 8)}`, `${router}/${tooBig(9_000)}/${quoted(first!, 8)}`];
      // An IPv6 path carries at least 1280 (RFC 8201 section 4).
      if (family === 6)
        lies.push(`${router}/${tooBig(600)}/${quoted(first!, 8)}`, `${router}/${tooBig(0)}/${quoted(first!, 8)}`);
      expect((await peer.exchange(...lies)).map(outline)).toEqual([]);
      const again = (await peer.exchange(`${router}/${tooBig(1_300)}/${quoted(first!, 8)}`)).map((a) => tcp.read(a));
      expect(again[0]?.seq).toBe(1);
      expect(Math.max(...again.map(({ length }) => length))).toBe(1_300 - (family === 6 ? 60 : 40));
      // What waits for ten minutes has to be gone before the next row.
      peer.us.age(600_001);
    });

    test("I15 unreachable: an attempt ends, a connection does not", async () => {
      const error = family === 6 ? "ICMPv6DestUnreach(code=0)" : "ICMP(type=3,code=1)";
      tcp = new RawTcp(peer, family);
      const syn = await tcp.connect();
      await peer.exchange(`${router}/${error}/${quoted({ ...syn, seq: 77 }, 0)}`);
      expect(tcp.log).toEqual([]);
      await peer.exchange(`${router}/${error}/${quoted(syn, 0)}`);
      expect(tcp.log).toEqual(["host-unreachable"]);
      await established(family);
      tcp.write(3);
      const [sent] = await tcp.exchange();
      await peer.exchange(`${router}/${error}/${quoted(sent!, 3)}`);
      await tcp.exchange({ ack: 4 });
      await expectAlive(1, 4);
    });

    test("I09 a segment in eight-byte fragments is one segment; a fragment that rewrites its flags kills it", async () => {
      tcp = new RawTcp(peer, family);
      tcp.ourPort = 9;
      const whole = `bytes(${tcp.segment({ flags: "S", seq: 10 })})[${family === 6 ? 40 : 20}:]`;
      const part = (id: number, from: number, to: number, bytes = whole): string =>
        family === 6
          ? `IPv6(src='${THEM[6]}',dst='${US[6]}')/IPv6ExtHdrFragment(nh=6,id=${id},offset=${from / 8},m=${to < 20 ? 1 : 0})/Raw((${bytes})[${from}:${to}])`
          : `IP(src='${THEM[4]}',dst='${US[4]}',proto=6,id=${id},frag=${from / 8},flags='${to < 20 ? "MF" : ""}')/Raw((${bytes})[${from}:${to}])`;
      const answers = await peer.exchange(part(3, 0, 8), part(3, 8, 16), part(3, 16, 20));
      expect(brief(answers.map((answer) => tcp.read(answer)))).toEqual([["RA", 0, 11, 0]]);
      const other = `bytes(${tcp.segment({ flags: "F", seq: 10 })})[${family === 6 ? 40 : 20}:]`;
      expect(await peer.exchange(part(4, 0, 8), part(4, 8, 16, other), part(4, 8, 16), part(4, 16, 20))).toEqual([]);
    });
  });
});
