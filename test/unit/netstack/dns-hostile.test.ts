/** What a hostile server can make the one thread do: counted in steps and in messages read, never in time. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { decodeResponse, encodeAnswer } from "../../../electron/netstack/dns/message.ts";
import type { DnsResult } from "../../../electron/netstack/dns/result.ts";
import { aaaa, cname, DnsWorld, found, NOTHING } from "../../support/netstack-dns.ts";
import { bytesOf, u16, u32 } from "../../support/netstack-packets.ts";

const read = vi.hoisted(() => ({ messages: 0 }));

vi.mock("../../../electron/netstack/dns/message.ts", async (original) => {
  const real = await original<typeof import("../../../electron/netstack/dns/message.ts")>();
  const decodeResponse: typeof real.decodeResponse = (message) => {
    read.messages++;
    return real.decodeResponse(message);
  };
  return { ...real, decodeResponse };
});

beforeEach(() => {
  read.messages = 0;
});

const NAME = "app.internal";
const ANSWER = found(aaaa(NAME, "fdaa::3"));
const OK = { ok: true, records: [aaaa(NAME, "fdaa::3")] };
const POINTER = [0xc0, 12];

function message(labels: number, records: Uint8Array[]): Uint8Array {
  const question = bytesOf(...Array.from({ length: labels }, () => [1, 0x61]), 0, u16(28), u16(1));
  return bytesOf(u16(7), 0x81, 0x80, [1, records.length, 0, 0].flatMap(u16), question, ...records);
}

const record = (type: number, data: number[] | Uint8Array): Uint8Array =>
  bytesOf(POINTER, u16(type), u16(1), u32(60), u16(data.length), data);

describe("D07 the work for one message", () => {
  it("each label of a name counts, however short the pointer to it: 8,192 steps for all names", () => {
    // The question has 126 labels; each alias has two names, each one pointer and those labels again.
    const aliases = (count: number) => message(126, new Array<Uint8Array>(count).fill(record(5, POINTER)));
    expect(126 + 31 * 2 * 127).toBeLessThanOrEqual(8_192);
    expect(decodeResponse(aliases(31))?.records).toHaveLength(31);
    expect(126 + 32 * 2 * 127).toBeGreaterThan(8_192);
    expect(decodeResponse(aliases(32))).toBeUndefined();
    expect(decodeResponse(aliases(2_047))).toBeUndefined();
  });

  it("each character-string of a text counts, empty ones too", () => {
    const text = (strings: number) => decodeResponse(message(1, [record(16, new Uint8Array(strings))]))?.records[0];
    // One label in the question, a pointer and that label in the record's own name.
    const most = 8_192 - 3;
    const last = text(most);
    expect(last?.type === "TXT" && last.strings).toHaveLength(most);
    expect(text(most + 1)).toBeUndefined();
    expect(text(60_000)).toBeUndefined();
  });

  it("of more than 256 records the first ones are read", () => {
    const addresses = Array.from({ length: 2_000 }, (_, i) => record(28, [0xfd, ...new Array(13).fill(0), ...u16(i)]));
    const records = decodeResponse(message(2, addresses))?.records ?? [];
    expect(records).toHaveLength(256);
    expect(records.at(-1)).toMatchObject({ type: "AAAA", address: { text: "fd00::ff" } });
  });
});

describe("D02 a message that answers something else is not read", () => {
  const many = 300;

  it("over UDP, however many come", () => {
    const world = new DnsWorld(() => undefined);
    world.zone = (query, { server }) => {
      for (let i = 1; i <= many; i++) world.sendLater({ ...query, id: query.id ^ i }, server, ANSWER, 1);
      world.sendLater(query, server, ANSWER, 100);
      return undefined;
    };
    expect(world.resolve(NAME)).toEqual(OK);
    expect(read.messages).toBe(1);
  });

  it.each([
    ["another id", (m: Uint8Array) => m.set([m[0]! ^ 1])],
    ["a query", (m: Uint8Array) => m.set([m[2]! & 0x7f], 2)],
    ["another opcode", (m: Uint8Array) => m.set([m[2]! | 0x10], 2)],
    ["two questions", (m: Uint8Array) => m.set([2], 5)],
    ["another name", (m: Uint8Array) => m.set([m[13]! ^ 1], 13)],
    ["a mark in the place of a letter", (m: Uint8Array) => m.set([m[13]! ^ 0x40], 13)],
    ["another type", (m: Uint8Array) => m.set([1], 12 + NAME.length + 3)],
    ["another class", (m: Uint8Array) => m.set([3], 12 + NAME.length + 5)],
  ])("over TCP, and after a few of them the query is over: %s", (_, change) => {
    const world = new DnsWorld(() => ANSWER, { tcp: true, tcpOnly: true });
    const frame = world.frame;
    world.frame = (answer) => {
      const other = answer.slice();
      change(other);
      return bytesOf(...new Array<Uint8Array>(many).fill(frame(other)), frame(answer));
    };
    expect(world.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    expect(read.messages).toBe(0);
  });

  it("over TCP also when it answers the question, but cannot be read", () => {
    const world = new DnsWorld((query) => encodeAnswer(query, ANSWER, "tcp"), { tcp: true, tcpOnly: true });
    const frame = world.frame;
    // Behind the one record's last byte there is an OPT record of 11.
    world.frame = (answer) => bytesOf(...new Array<Uint8Array>(many).fill(frame(answer.slice(0, -12))), frame(answer));
    expect(world.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    expect(read.messages).toBe(4);
  });
});

describe("D01 how long one call may be held", () => {
  const held = (world: DnsWorld): [DnsResult | undefined, number] => {
    const began = world.pair.now;
    let result: DnsResult | undefined;
    world.client.resolve("x", "AAAA", began, (told) => {
      result = told;
    });
    world.pair.runUntil(() => result !== undefined, 300_000);
    return [result, world.pair.now - began];
  };

  it("ten seconds, however many aliases lead out of each other, each told at the last moment", () => {
    const world: DnsWorld = new DnsWorld((query, { server }) => {
      const names = new Set(world.asked.map((asked) => asked.name));
      const tries = world.asked.filter((asked) => asked.name === query.name).length;
      if (tries === 1) world.sendLater(query, server, found(cname(query.name, `alias-${names.size}`)), 6_900);
      return undefined;
    });
    const [result, ms] = held(world);
    expect(result).toMatchObject({ ok: false, code: "dns-timeout" });
    expect(ms).toBe(10_000);
  });

  it("after ten seconds of answers no further search domain is tried", () => {
    const searchDomains = Array.from({ length: 40 }, (_, i) => `d${i}.internal`);
    const world: DnsWorld = new DnsWorld(
      (query, { server }) => {
        world.sendLater(query, server, NOTHING, 900);
        return undefined;
      },
      { searchDomains },
    );
    const [result, ms] = held(world);
    expect(result).toMatchObject({ ok: false, code: "dns-timeout" });
    expect(ms).toBeLessThan(11_000);
  });
});
