import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HIGH_WATER_BYTES } from "../../electron/netstack/fragments.ts";
import type { StackDrop } from "../../electron/netstack/stats.ts";
import {
  type Answer,
  layerOf,
  outline,
  type RawPeer,
  ROUTER,
  rawPeerMissing,
  STRANGER,
  startRawPeer,
  THEM,
  US,
} from "../support/interop/raw-peer.ts";

/** Scapy behind wireguard-go says what no kernel would; each row looks at every packet that our stack answers with. */

const missing = rawPeerMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

type Family = 4 | 6;
const FAMILIES: Family[] = [6, 4];
const REPLY = { 6: "IPv6/ICMPv6EchoReply", 4: "IP/ICMP" } as const;

let peer: RawPeer;
let began = {};

beforeAll(async () => {
  if (missing === undefined) peer = await startRawPeer();
}, 60_000);
afterAll(async () => await peer?.dispose());

/** An IP header, from THEM to US unless said otherwise. */
function ip(family: Family, more = "", { from = THEM[family] as string, to = US[family] as string } = {}): string {
  return `${family === 6 ? "IPv6" : "IP"}(src='${from}',dst='${to}'${more === "" ? "" : `,${more}`})`;
}

/** An echo request as a whole: header, message and data. */
function echo(family: Family, data: string, header = ip(family)): string {
  return family === 6
    ? `${header}/ICMPv6EchoRequest(id=7,seq=9,data=${data})`
    : `${header}/ICMP(type=8,id=7,seq=9)/Raw(${data})`;
}

/** The bytes behind the IP header of an expression's packet. */
function payloadOf(family: Family, packet: string): string {
  return `bytes(${packet})[${family === 6 ? 40 : 20}:]`;
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly more?: boolean;
  readonly id?: number;
}

/** Bytes [from, to) of a message as a fragment. */
function piece(family: Family, message: string, { from, to, more = true, id = 1 }: Piece): string {
  const part = `Raw((${message})[${from}:${to}])`;
  return family === 6
    ? `${ip(6)}/IPv6ExtHdrFragment(nh=58,id=${id},offset=${from / 8},m=${more ? 1 : 0})/${part}`
    : `${ip(4, `proto=1,id=${id},frag=${from / 8},flags='${more ? "MF" : ""}'`)}/${part}`;
}

/** The data of an echo reply that came whole. */
function echoed(family: Family, answer: Answer | undefined): string {
  return answer?.bytes.subarray(family === 6 ? 48 : 28).toString("latin1") ?? "";
}

/** How often our stack has dropped for that reason since the row began. */
function drops(reason: StackDrop): number {
  const before: Record<string, number> = { ...began };
  return (peer.us.stack.stats.drops[reason] ?? 0) - (before[reason] ?? 0);
}

/** Type, code and pointer of the ICMP errors among the answers. */
function errors(answers: readonly Answer[]): unknown[] {
  return answers.map((answer) => {
    const problem = answer.layers[1] ?? {};
    return [problem["type"], problem["code"], ...("ptr" in problem ? [problem["ptr"]] : [])];
  });
}

/** What we answered, one word per packet: nothing, most of the time. */
async function answersTo(...packets: readonly string[]): Promise<string[]> {
  return (await peer.exchange(...packets)).map(outline);
}

/** A row starts from a quiet stack: nothing held, the budget for errors full. */
async function quiet(): Promise<void> {
  peer.us.age(61_000);
  await peer.exchange();
  began = { ...peer.us.stack.stats.drops };
}

/** Whatever was done before, an ordinary echo is answered. */
async function expectAlive(family: Family): Promise<void> {
  const [reply, ...rest] = await peer.exchange(echo(family, "b'still here'"));
  expect(rest).toEqual([]);
  expect(echoed(family, reply)).toBe("still here");
}

describe.skipIf(missing !== undefined)("raw packets: IP, fragments, ICMP", () => {
  describe.each(FAMILIES)("IPv%i", (family) => {
    test.each([0, 1, 56, family === 6 ? 1_372 : 1_392])("I01 echo of %i bytes", async (size) => {
      await quiet();
      const answers = await peer.exchange(echo(family, `b'q'*${size}`));
      expect(answers).toHaveLength(1);
      const [answer] = answers;
      expect(answer?.sound).toBe(true);
      expect(outline(answer!)).toMatch(REPLY[family]);
      expect(answer!.layers[0]).toMatchObject({ src: US[family], dst: THEM[family] });
      expect(answer!.layers[0]![family === 6 ? "hlim" : "ttl"]).toBe(64);
      expect(answer!.layers[1]).toMatchObject({ type: family === 6 ? 129 : 0, code: 0, id: 7, seq: 9 });
      expect(echoed(family, answer)).toBe("q".repeat(size));
    });

    test.each([4_000, 60_000])("I01 I08 echo of %i bytes, in fragments both ways", async (size) => {
      await quiet();
      const data = `bytes(i*31%251 for i in range(${size}))`;
      const whole = family === 6 ? echo(6, data, `${ip(6)}/IPv6ExtHdrFragment(id=99)`) : echo(4, data, ip(4, "id=99"));
      const answers = await peer.exchange(family === 6 ? `fragment6(${whole},1400)` : `fragment(${whole},1360)`);
      const header = family === 6 ? 48 : 20;
      expect(answers.every(({ bytes }) => bytes.length <= 1420)).toBe(true);
      const message = Buffer.concat(answers.map(({ bytes }) => bytes.subarray(header)));
      expect(message[0]).toBe(family === 6 ? 129 : 0);
      expect(message.subarray(8)).toEqual(Buffer.from(Array.from({ length: size }, (_, i) => (i * 31) % 251)));
    });

    test("I02 a wrong checksum", async () => {
      await quiet();
      const bad = family === 6 ? "ICMPv6EchoRequest(cksum=0x1234,data=b'x')" : "ICMP(type=8,chksum=0x1234)/Raw(b'x')";
      expect(await peer.exchange(`${ip(family)}/${bad}`)).toEqual([]);
      expect(drops("icmp-checksum")).toBe(1);
    });

    test("I03 an echo reply that nobody asked for", async () => {
      await quiet();
      const reply = family === 6 ? "ICMPv6EchoReply(id=1,seq=1)" : "ICMP(type=0,id=1,seq=1)";
      expect(await peer.exchange(`${ip(family)}/${reply}`)).toEqual([]);
      expect(drops("icmp-unasked")).toBe(1);
    });

    const martians = {
      6: ["ff02::5", "::", "::1", "::ffff:10.79.0.102", "::10.79.0.102", US[6]],
      4: ["224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1", US[4]],
    };
    test.each(martians[family])("I04 from %s: nothing, whatever is in it", async (from) => {
      await quiet();
      const header = ip(family, "", { from });
      expect(
        await answersTo(
          echo(family, "b'x'", header),
          `${header}/UDP(sport=5,dport=6)/Raw(b'x')`,
          `${header}/TCP(sport=5,dport=6,flags='S')`,
          ip(family, family === 6 ? "nh=99" : "proto=99", { from }),
        ),
      ).toEqual([]);
      expect(drops("ip-martian-source")).toBe(4);
    });

    test.each(family === 6 ? [STRANGER[6], "ff02::2", "ff02::1:ff00:2"] : [STRANGER[4]])(
      "I05 to %s: nothing, for we never forward",
      async (to) => {
        await quiet();
        const header = ip(family, "", { to });
        expect(
          await answersTo(
            echo(family, "b'x'", header),
            `${header}/UDP(sport=5,dport=6)/Raw(b'x')`,
            `${header}/TCP(sport=5,dport=6,flags='S')`,
            ip(family, family === 6 ? "nh=99" : "proto=99", { to }),
          ),
        ).toEqual([]);
        expect(drops("ip-not-ours")).toBe(4);
      },
    );

    test("I06 an unknown protocol", async () => {
      await quiet();
      const answers = await peer.exchange(
        `${ip(family, family === 6 ? "nh=99" : "proto=99")}/Raw(b'what is this?')`,
        ...(family === 6 ? [`${ip(6)}/IPv6ExtHdrDestOpt(nh=99)/Raw(b'abcdefgh')`] : []),
      );
      const told =
        family === 6
          ? [
              [4, 1, 6],
              [4, 1, 40],
            ]
          : [[3, 2]];
      expect(errors(answers).map((error) => (error as unknown[]).slice(0, told[0]!.length))).toEqual(told);
      expect(answers.every(({ sound }) => sound)).toBe(true);
    });

    const message = payloadOf(family, echo(family, "b'0123456789'*119+b'ab'")); // 8 + 1,192 bytes
    const [ONE, TWO, THREE] = [
      piece(family, message, { from: 0, to: 400 }),
      piece(family, message, { from: 400, to: 800 }),
      piece(family, message, { from: 800, to: 1_200, more: false }),
    ];
    test.each([
      ["in order", [ONE, TWO, THREE]],
      ["reversed", [THREE, TWO, ONE]],
      ["mixed, one of them twice", [TWO, THREE, TWO, ONE]],
    ])("I08 three fragments %s: one right reply", async (_, pieces) => {
      await quiet();
      const answers = await peer.exchange(...pieces);
      expect(answers).toHaveLength(1);
      expect(answers[0]?.sound).toBe(true);
      expect(echoed(family, answers[0])).toBe(`${"0123456789".repeat(119)}ab`);
      expect(peer.us.stack.stats.reassemblyBytes).toBe(0);
    });

    test.each([
      ["eight bytes over", [ONE, piece(family, message, { from: 392, to: 800 }), THREE]],
      ["a part inside of another", [piece(family, message, { from: 0, to: 800 }), TWO, THREE]],
      ["a part around another", [TWO, piece(family, message, { from: 0, to: 1_000 }), THREE]],
      ["the same place with other bytes", [ONE, piece(family, `b'!'*400`, { from: 0, to: 400 }), TWO, THREE]],
      ["two ends", [THREE, piece(family, message, { from: 400, to: 408, more: false }), ONE, TWO]],
      ["data past the end", [piece(family, message, { from: 400, to: 800, more: false }), THREE, ONE]],
    ])("I09 overlap, %s: no reply, then or later", async (_, pieces) => {
      await quiet();
      expect(await answersTo(...pieces)).toEqual([]);
      expect(await answersTo(ONE, TWO, THREE)).toEqual([]);
      expect(drops("fragment-overlap")).toBeGreaterThan(0);
      expect(peer.us.stack.stats.reassemblyBytes).toBeLessThan(1_000);
      peer.us.age(60_001);
      expect(await answersTo()).toEqual([]);
      expect(peer.us.stack.stats.reassemblyBytes).toBe(0);
      expect(await peer.exchange(ONE, TWO, THREE)).toHaveLength(1);
    });

    test("I10 a first fragment alone is told of when its time is over, a later one is not", async () => {
      await quiet();
      expect(await answersTo(ONE, piece(family, message, { from: 400, to: 800, id: 2 }))).toEqual([]);
      const timeout = family === 6 ? 60_000 : 30_000;
      peer.us.age(timeout - 10_000);
      expect(await answersTo()).toEqual([]);
      peer.us.age(10_000);
      const answers = await peer.exchange();
      expect(errors(answers).map((error) => (error as unknown[]).slice(0, 2))).toEqual([
        family === 6 ? [3, 1] : [11, 1],
      ]);
      expect(answers[0]?.sound).toBe(true);
      expect(answers[0]?.bytes.subarray(-40).toString("latin1")).toBe("0123456789".repeat(40).slice(-48, -8));
      expect(drops("fragment-timeout")).toBe(2);
    });

    test("I12 ten thousand first fragments: bounded, and what comes then is put together", async () => {
      await quiet();
      const first = `bytes(${piece(family, message, { from: 0, to: 800 })})`;
      // Only the identification changes, and over IPv4 the header's checksum with it.
      const build =
        family === 6
          ? "p[:44]+i.to_bytes(4,'big')+p[48:]"
          : "(lambda h: h[:10]+checksum(h[:20]).to_bytes(2,'big')+h[12:])(p[:4]+i.to_bytes(2,'big')+p[6:10]+bytes(2)+p[12:])";
      let most = 0;
      for (let start = 100; start < 10_100; start += 200) {
        await peer.exchange(`(lambda p: [${build} for i in range(${start},${start + 200})])(${first})`);
        most = Math.max(most, peer.us.stack.stats.reassemblyBytes);
      }
      expect(most).toBeLessThanOrEqual(HIGH_WATER_BYTES);
      expect(most).toBeGreaterThan(HIGH_WATER_BYTES / 2);
      expect(await peer.exchange(ONE, TWO, THREE)).toHaveLength(1);
      peer.us.age(61_000);
      await peer.exchange();
      expect(peer.us.stack.stats.reassemblyBytes).toBe(0);
      await quiet();
    });

    test("I13 UDP to a closed port: port unreachable with a bounded quote; TCP: RST", async () => {
      await quiet();
      const small = await peer.exchange(`${ip(family)}/UDP(sport=5,dport=6)/Raw(b'hello')`);
      expect(small).toHaveLength(1);
      expect(small[0]?.layers[1]).toMatchObject(family === 6 ? { type: 1, code: 4 } : { code: 3 });
      expect(layerOf(small[0], "UDPerror")).toMatchObject({ sport: 5, dport: 6 });
      expect(small[0]?.bytes.subarray(-5).toString()).toBe("hello");
      const large = await peer.exchange(`${ip(family)}/UDP(sport=5,dport=6)/Raw(b'z'*1300)`);
      expect(large.map(({ bytes, sound }) => [bytes.length, sound])).toEqual([[family === 6 ? 1_280 : 576, true]]);
      const reset = await peer.exchange(`${ip(family)}/TCP(sport=5,dport=6,flags='S',seq=100)`);
      expect(reset).toHaveLength(1);
      expect(layerOf(reset[0], "TCP")).toMatchObject({ sport: 6, dport: 5, flags: "RA", seq: 0, ack: 101 });
    });

    test("I13 errors are rationed: fifty at once", async () => {
      await quiet();
      const answers = await peer.exchange(`[${ip(family)}/UDP(sport=5,dport=p)/Raw(b'x') for p in range(1000,1200)]`);
      expect(answers.length).toBeGreaterThanOrEqual(50);
      expect(answers.length).toBeLessThan(200);
      expect(drops("icmp-rate-limit")).toBe(200 - answers.length);
    });

    test("D12 UDP: bad checksum, length past the datagram, a checksum of zero", async () => {
      await quiet();
      const got: string[] = [];
      const socket = peer.us.stack.openUdp({ port: 99 }, (data) => got.push(Buffer.from(data).toString()));
      const answers = await peer.exchange(
        `${ip(family)}/UDP(sport=5,dport=99,chksum=0x1234)/Raw(b'bad sum')`,
        `${ip(family)}/UDP(sport=5,dport=99,len=200)/Raw(b'too long')`,
        `${ip(family)}/UDP(sport=5,dport=99,len=7)/Raw(b'too short')`,
        `${ip(family)}/UDP(sport=5,dport=99,chksum=0)/Raw(b'no sum')`,
        `${ip(family)}/UDP(sport=5,dport=99)`,
        `${ip(family)}/UDP(sport=5,dport=99)/Raw(b'good')`,
      );
      expect(answers.map(outline)).toEqual([]);
      // Without a checksum it is legal over IPv4 and never over IPv6 (RFC 8200 section 8.1).
      expect(got).toEqual(family === 6 ? ["", "good"] : ["no sum", "", "good"]);
      socket.dispose();
    });

    test("redirects, router advertisements, neighbour solicitations, clock requests: nothing", async () => {
      await quiet();
      const router = ip(family, family === 6 ? "hlim=255" : "", { from: ROUTER[family] });
      const strange =
        family === 6
          ? [
              `${router}/ICMPv6ND_Redirect(tgt='fe80::1',dst='${THEM[6]}')`,
              `${router}/ICMPv6ND_RA()/ICMPv6NDOptMTU(mtu=1280)`,
              `${router}/ICMPv6ND_NS(tgt='${US[6]}')`,
              `${router}/ICMPv6MLQuery()`,
              `${router}/ICMPv6NIQueryIPv6()`,
              `${router}/Raw(bytes([200,0,0,0]))`,
            ]
          : [
              `${router}/ICMP(type=5,code=1,gw='10.79.0.66')/${ip(4, "", { from: US[4], to: THEM[4] })}/UDP()`,
              `${router}/ICMP(type=13)`,
              `${router}/ICMP(type=15)`,
              `${router}/ICMP(type=17)`,
              `${router}/ICMP(type=9)`,
            ];
      expect(await answersTo(...strange)).toEqual([]);
      await expectAlive(family);
    });

    test("errors that quote what we never sent, or nothing: not believed", async () => {
      await quiet();
      const router = ip(family, "", { from: ROUTER[family] });
      const error = family === 6 ? "ICMPv6DestUnreach(code=4)" : "ICMP(type=3,code=3)";
      const tooBig = family === 6 ? "ICMPv6PacketTooBig(mtu=1280)" : "ICMP(type=3,code=4,nexthopmtu=576)";
      const quoted = ip(family, "", { from: US[family], to: THEM[family] });
      const answers = await answersTo(
        `${router}/${error}/${quoted}/UDP(sport=4444,dport=53)/Raw(b'x')`,
        `${router}/${error}/${quoted}/TCP(sport=4444,dport=53)`,
        `${router}/${tooBig}/${quoted}/UDP(sport=4444,dport=53)/Raw(b'x')`,
        `${router}/${tooBig}/${quoted}/TCP(sport=4444,dport=53)`,
        `${router}/${error}`,
        `${router}/${tooBig}/Raw(b'E')`,
      );
      expect(answers).toEqual([]);
      expect(drops("icmp-not-about-us") + drops("icmp-malformed")).toBeGreaterThanOrEqual(5);
      await expectAlive(family);
    });
  });
});
