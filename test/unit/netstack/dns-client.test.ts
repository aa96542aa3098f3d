import { describe, expect, it } from "vitest";
import { DnsCache } from "../../../electron/netstack/dns/cache.ts";
import { type DnsQuery, type DnsRecord, encodeAnswer, txtText } from "../../../electron/netstack/dns/message.ts";
import { reverseName } from "../../../electron/netstack/dns/names.ts";
import type { DnsResult } from "../../../electron/netstack/dns/result.ts";
import { a, aaaa, cname, DnsWorld, found, NOTHING } from "../../support/netstack-dns.ts";
import { ip } from "../../support/netstack-pair.ts";

const NAME = "app.internal";
const ANSWER = found(aaaa(NAME, "fdaa::3"));
const OK = { ok: true, records: [aaaa(NAME, "fdaa::3")] };

describe("tries and servers", () => {
  it("D01 a new try has a new id and port, after 1 s, 2 s and 4 s", () => {
    const world = new DnsWorld(() => undefined);
    expect(world.resolve(NAME)).toEqual({
      ok: false,
      code: "dns-timeout",
      detail: "app.internal: no answer from fd00::b",
    });
    expect(world.asked.map((q) => q.at - 1010)).toEqual([0, 1000, 3000]);
    expect(world.pair.now - 1000).toBe(7000);
    expect(new Set(world.asked.map((q) => q.id)).size).toBe(3);
    expect(new Set(world.asked.map((q) => q.port)).size).toBe(3);
  });

  it("D01 a late answer to an earlier try is taken while the question is open", () => {
    const world = new DnsWorld(() => ANSWER, {
      pair: {
        delay: ({ from, index }) => (from === "b" && index === 0 ? 1500 : 10),
        drop: ({ from, index }) => from === "b" && index > 0,
      },
    });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.pair.now - 1000).toBe(1510);
    expect(world.asked).toHaveLength(2);
  });

  it("D01 servers take turns, and ten seconds are the end", () => {
    const world = new DnsWorld(() => undefined, { servers: [ip("fd00::b"), ip("fd00::c")] });
    world.resolve(NAME);
    expect(world.asked.map((q) => [q.server, q.at - 1010])).toEqual([
      ["fd00::b", 0],
      ["fd00::c", 1000],
      ["fd00::b", 2000],
      ["fd00::c", 4000],
      ["fd00::b", 6000],
    ]);
    expect(world.pair.now - 1000).toBe(10_000);
  });

  it.each(["SERVFAIL", "REFUSED"] as const)("D09 after %s the next server is asked at once", (rcode) => {
    const world = new DnsWorld((_, { server }) => (server === "fd00::b" ? { rcode, records: [] } : ANSWER), {
      servers: [ip("fd00::b"), ip("fd00::c")],
    });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.pair.now - 1000).toBe(40);
  });

  it("D09 a refusal is told by its name: it stays one, however often it is asked for", () => {
    const world = new DnsWorld(() => ({ rcode: "REFUSED", records: [] }));
    expect(world.resolve(NAME)).toMatchObject({
      ok: false,
      code: "dns-refused",
      detail: expect.stringMatching(/ says REFUSED$/),
    });
  });

  it("D09 when all servers fail the error is temporary and not remembered", () => {
    const world = new DnsWorld(() => ({ rcode: "SERVFAIL", records: [] }), {
      servers: [ip("fd00::b"), ip("fd00::c")],
    });
    expect(world.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    world.zone = () => ANSWER;
    expect(world.resolve(NAME)).toEqual(OK);
  });

  it("D11 a closed port makes the next server be asked without waiting", () => {
    const world = new DnsWorld(() => ANSWER, {
      servers: [ip("fd00::d"), ip("fd00::b")],
      pair: { addresses: { a: ["fd00::a"], b: ["fd00::b"] } },
    });
    // fd00::d does not exist here, so its silence costs a second; a port unreachable costs a round trip.
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.pair.now - 1000).toBe(1020);

    const refusing = new DnsWorld(() => ANSWER, { servers: [ip("10.0.0.2"), ip("fd00::b")] });
    const listeners = refusing.closeUdp("10.0.0.2");
    expect(listeners).toBe(1);
    expect(refusing.resolve(NAME)).toEqual(OK);
    expect(refusing.pair.now - 1000).toBe(40);
  });

  it("a server of a family that the tunnel lacks is passed over", () => {
    const world = new DnsWorld(() => ANSWER, {
      servers: [ip("10.0.0.2"), ip("fd00::b")],
      pair: { addresses: { a: ["fd00::a"], b: ["fd00::b", "10.0.0.2"] } },
    });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked.map((q) => q.server)).toEqual(["fd00::b"]);
  });

  it("a server from before EDNS is asked again without it", () => {
    const world = new DnsWorld((query) => (query.edns ? { rcode: "FORMERR", records: [] } : ANSWER));
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked.map((q) => q.edns)).toEqual([true, false]);
  });
});

describe("what counts as the answer", () => {
  const forged = (change: (message: Uint8Array) => void) => (query: DnsQuery) => {
    const message = encodeAnswer(query, found(aaaa(query.name, "fdaa::bad")), "udp");
    change(message);
    return message;
  };

  it.each([
    ["id", (m: Uint8Array) => m.set([m[0]! ^ 1])],
    ["QR bit", (m: Uint8Array) => m.set([m[2]! & 0x7f], 2)],
    ["opcode", (m: Uint8Array) => m.set([m[2]! | 0x10], 2)],
    ["name", (m: Uint8Array) => m.set([m[13]! ^ 1], 13)],
    ["type", (m: Uint8Array) => m.set([1], 12 + NAME.length + 3)],
    ["class", (m: Uint8Array) => m.set([3], 12 + NAME.length + 5)],
    ["name, in an NXDOMAIN", (m: Uint8Array) => m.set([m[3]! | 3, ...m.subarray(4, 13), m[13]! ^ 1], 3)],
    ["length", (m: Uint8Array) => m.set([0xff, 0xff], m.length - 29)],
  ])("D02 a wrong %s is ignored, and the right answer is still taken", (_, change) => {
    const world = new DnsWorld(() => undefined);
    world.zone = (query, { server }) => {
      world.sendLater(query, server, ANSWER, 300);
      return forged(change)(query);
    };
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.pair.now - 1000).toBeGreaterThanOrEqual(300);
  });

  it.each(["source", "port"])("D02 a wrong %s is ignored", (what) => {
    const world = new DnsWorld(() => undefined);
    world.zone = (query) => {
      const wrong = what === "source" ? { server: "fd00::c", port: 53 } : { server: "fd00::b", port: 54 };
      world.sendFrom(wrong.server, wrong.port, query, found(aaaa(NAME, "fdaa::bad")));
      return undefined;
    };
    expect(world.resolve(NAME)).toMatchObject({ ok: false, code: "dns-timeout" });
  });

  it("the letter case of the answer does not matter", () => {
    const world = new DnsWorld((query) => {
      const message = encodeAnswer(query, ANSWER, "udp");
      message[13] = "A".charCodeAt(0);
      message[12 + 13 + 1 + 4 + 1] = "A".charCodeAt(0);
      return message;
    });
    expect(world.resolve("APP.internal.")).toEqual(OK);
  });

  it("D07 a malformed answer is ignored, and the question goes on", () => {
    const world: DnsWorld = new DnsWorld((query) => {
      const message = encodeAnswer(query, ANSWER, "udp");
      // The owner's name of the record becomes a pointer to itself.
      const at = 12 + NAME.length + 2 + 4;
      message.set([0xc0, at], at);
      return world.asked.length < 2 ? message : ANSWER;
    });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked).toHaveLength(2);
  });
});

describe("TCP", () => {
  const many = Array.from({ length: 60 }, (_, i) => aaaa(NAME, `fdaa::${i + 1}`));

  it("D03 a truncated answer is asked for again over TCP, whatever the UDP one held", () => {
    const world = new DnsWorld(() => found(...many), { tcp: true });
    expect(world.resolve(NAME)).toEqual({ ok: true, records: many });
    expect(world.asked.map((q) => q.transport)).toEqual(["udp", "tcp"]);
  });

  it("D03 records of a truncated answer do not count, and are not kept", () => {
    const world = new DnsWorld(() => undefined, { tcp: true });
    world.zone = (query, { transport }) => {
      if (transport === "tcp") return ANSWER;
      const message = encodeAnswer(query, found(aaaa(NAME, "fdaa::bad")), "udp");
      message[2]! |= 0x02;
      return message;
    };
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked.map((q) => q.transport)).toEqual(["udp", "tcp"]);
  });

  it.each([1, 3, 700])(
    "D03 over TCP in pieces of %i bytes, behind messages that answer something else",
    (bytesPerMs) => {
      const world = new DnsWorld(() => found(...many), { tcp: true, tcpOnly: true });
      const frame = world.frame;
      world.frame = (answer) => {
        const other = answer.slice();
        other[0]! ^= 1;
        return Uint8Array.from([...frame(other), ...frame(new Uint8Array(0)), ...frame(answer)]);
      };
      world.bytesPerMs = bytesPerMs;
      expect(world.resolve(NAME)).toEqual({ ok: true, records: many });
      expect(world.asked).toHaveLength(1);
    },
  );

  it("D03 when TCP fails the server has failed", () => {
    const world = new DnsWorld((_, { server }) => (server === "fd00::b" ? found(...many) : ANSWER), {
      servers: [ip("fd00::b"), ip("fd00::c")],
    });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.pair.now - 1000).toBeLessThan(1000);
  });

  it("D03 a server from before EDNS that says so over TCP is asked again there, at once", () => {
    const world = new DnsWorld(() => undefined, { tcp: true });
    world.zone = (query, { transport }) => {
      if (transport === "udp") {
        const message = encodeAnswer(query, found(), "udp");
        message[2]! |= 0x02;
        return message;
      }
      return query.edns ? { rcode: "FORMERR", records: [] } : ANSWER;
    };
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked.map((q) => [q.transport, q.edns])).toEqual([
      ["udp", true],
      ["tcp", true],
      ["tcp", false],
    ]);
    expect(world.pair.now - 1000).toBeLessThan(1000);
    world.pair.run(10_000);
    expect(world.asked).toHaveLength(3);
  });

  it("TCP only", () => {
    const world = new DnsWorld(() => ANSWER, { tcp: true, tcpOnly: true });
    expect(world.resolve(NAME)).toEqual(OK);
    expect(world.asked.map((q) => q.transport)).toEqual(["tcp"]);
    world.pair.run(1000);
    expect([...world.pair.a.connections].length).toBeLessThanOrEqual(1);
  });
});

describe("records", () => {
  it("D05 the strings of a TXT record keep their order and their bytes", () => {
    const strings = [Uint8Array.of(0, 255, 128, 46), new Uint8Array(255).fill(65), new Uint8Array(0), Uint8Array.of(1)];
    const world = new DnsWorld(() => found({ type: "TXT", name: NAME, ttl: 5, strings }));
    const result = world.resolve(NAME, "TXT");
    expect(result.ok && result.records[0]?.type === "TXT" && result.records[0].strings).toEqual(strings);
  });

  it("D05 a text above 255 bytes is joined", () => {
    const strings = ["a=1,".repeat(60), "b=2"].map((s) => new TextEncoder().encode(s));
    const world = new DnsWorld(() => found({ type: "TXT", name: NAME, ttl: 5, strings }));
    const result = world.resolve(NAME, "TXT");
    expect(result.ok && result.records[0]?.type === "TXT" && txtText(result.records[0])).toBe(
      `${"a=1,".repeat(60)}b=2`,
    );
  });

  it("PTR", () => {
    const name = reverseName(ip("fdaa::3"));
    const world = new DnsWorld(() => found({ type: "PTR", name, ttl: 5, target: "m1.vm.app.internal" }));
    expect(name).toBe(`3.${"0.".repeat(27)}a.a.d.f.ip6.arpa`);
    expect(world.resolve(name, "PTR")).toMatchObject({ ok: true, records: [{ target: "m1.vm.app.internal" }] });
    expect(reverseName(ip("10.1.2.3"))).toBe("3.2.1.10.in-addr.arpa");
  });

  const chain = (length: number): DnsRecord[] => [
    ...Array.from({ length }, (_, i) => cname(i === 0 ? NAME : `n${i}.internal`, `n${i + 1}.internal`)),
    aaaa(`n${length}.internal`, "fdaa::3"),
  ];

  it.each([1, 2, 8])("D06 a chain of %i aliases is followed, in any order", (length) => {
    const world = new DnsWorld(() => found(...chain(length).reverse()));
    expect(world.resolve(NAME)).toEqual({ ok: true, records: [aaaa(`n${length}.internal`, "fdaa::3")] });
  });

  it("D06 nine aliases, and a loop, are an error", () => {
    const nine = new DnsWorld(() => found(...chain(9)));
    expect(nine.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    const loop = new DnsWorld(() => found(cname(NAME, "x.internal"), cname("x.internal", NAME)));
    expect(loop.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    const slow = new DnsWorld((query) => found(cname(query.name, `x${query.name}`)));
    expect(slow.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
    expect(slow.asked.length).toBeLessThanOrEqual(9);
  });

  it("D06 an alias out of the server's zone is asked for by itself", () => {
    const world = new DnsWorld((query) =>
      query.name === NAME ? found(cname(NAME, "b.org")) : found(aaaa("b.org", "fdaa::9")),
    );
    expect(world.resolve(NAME)).toEqual({ ok: true, records: [aaaa("b.org", "fdaa::9")] });
  });
});

describe("cache", () => {
  it("an answer is kept for its TTL, and calls back only after the call", () => {
    const world = new DnsWorld(() => ANSWER);
    world.resolve(NAME);
    world.pair.run(59_000);
    let early = true;
    let result: unknown;
    world.client.resolve(NAME, "AAAA", world.pair.now, (r) => {
      expect(early).toBe(false);
      result = r;
    });
    early = false;
    world.pair.run(0);
    expect(result).toEqual({ ok: true, records: [aaaa(NAME, "fdaa::3", 1)] });
    expect(world.asked).toHaveLength(1);
    world.pair.run(1_100);
    world.resolve(NAME);
    expect(world.asked).toHaveLength(2);
    world.client.flush();
    world.resolve(NAME);
    expect(world.asked).toHaveLength(3);
  });

  it("D10 a TTL counts down second by second", () => {
    const world = new DnsWorld(() => found(aaaa(NAME, "fdaa::3", 5), aaaa(NAME, "fdaa::4", 9)));
    const ttls = (): number[] => {
      const result = world.resolve(NAME);
      return result.ok ? result.records.map(({ ttl }) => ttl) : [];
    };
    expect(ttls()).toEqual([5, 9]);
    world.pair.run(999);
    expect(ttls()).toEqual([5, 9]);
    world.pair.run(1);
    expect(ttls()).toEqual([4, 8]);
    world.pair.run(3_999);
    expect(ttls()).toEqual([1, 5]);
    expect(world.asked).toHaveLength(1);
    // The least TTL of the answer is over: all of it is asked for again.
    world.pair.run(1);
    expect(ttls()).toEqual([5, 9]);
    expect(world.asked).toHaveLength(2);
  });

  it("D08 NXDOMAIN holds for every type of the name, NODATA for its own", () => {
    const world = new DnsWorld(() => ({ rcode: "NXDOMAIN", records: [], negativeTtl: 20 }));
    world.resolve(NAME, "AAAA");
    expect(world.resolve(NAME, "TXT")).toEqual({ ok: false, code: "name-not-found", detail: NAME });
    expect(world.asked.map((q) => q.type)).toEqual(["AAAA"]);
    world.pair.run(21_000);
    world.zone = (query) => (query.type === "TXT" ? { rcode: "NOERROR", records: [], negativeTtl: 20 } : ANSWER);
    world.resolve(NAME, "TXT");
    expect(world.resolve(NAME, "AAAA")).toEqual(OK);
    expect(world.asked.map((q) => q.type)).toEqual(["AAAA", "TXT", "AAAA"]);
  });

  it("D08 NXDOMAIN behind an alias is about the target", () => {
    const world = new DnsWorld(() => ({ rcode: "NXDOMAIN", records: [cname(NAME, "gone.internal")], negativeTtl: 20 }));
    world.resolve(NAME, "AAAA");
    world.zone = () => found({ type: "TXT", name: NAME, ttl: 5, strings: [Uint8Array.of(65)] });
    expect(world.resolve(NAME, "TXT").ok).toBe(true);
  });

  it("D08 what is missing behind an alias is missing no longer than the alias holds, or than the SOA says", () => {
    for (const [alias, soa] of [
      [5, 20],
      [20, 5],
    ] as const) {
      const world = new DnsWorld(() => ({
        rcode: "NOERROR",
        records: [cname(NAME, "gone.internal", alias)],
        negativeTtl: soa,
      }));
      expect(world.resolve(NAME).ok).toBe(false);
      world.pair.run(4_900);
      expect([world.resolve(NAME).ok, world.asked.length]).toEqual([false, 1]);
      world.pair.run(200);
      world.zone = () => ANSWER;
      expect(world.resolve(NAME)).toEqual(OK);
    }
  });

  it("a thousand names and more, and answers of any size, stay within bounds; the oldest go first", () => {
    const cache = new DnsCache();
    const many = (name: string, count: number): DnsResult => ({
      ok: true,
      records: Array.from({ length: count }, () => aaaa(name, "fdaa::3")),
    });
    for (let i = 0; i < 1_500; i++) cache.set(`${i}`, many("x", 1), 60, 0);
    expect([cache.get("475", 1), cache.get("476", 1)?.ok, cache.get("1499", 1)?.ok]).toEqual([undefined, true, true]);
    // Four of these fill it: the small ones have to go, and then the first large ones.
    for (let i = 0; i < 8; i++) cache.set(`large ${i}`, many("x", 2_000), 60, 0);
    expect(cache.get("1499", 1)).toBeUndefined();
    expect([0, 3, 4, 7].map((i) => cache.get(`large ${i}`, 1)?.ok)).toEqual([undefined, undefined, true, true]);
    const huge: DnsResult = {
      ok: true,
      records: [{ type: "TXT", name: "x", ttl: 60, strings: [new Uint8Array(1 << 20)] }],
    };
    cache.set("huge", huge, 60, 0);
    expect([cache.get("huge", 1), cache.get("large 7", 1)?.ok]).toEqual([undefined, true]);
  });

  it.each(["NXDOMAIN", "NOERROR"] as const)("D08 %s with an SOA is remembered for its TTL", (rcode) => {
    const world = new DnsWorld(() => ({ rcode, records: [], negativeTtl: 20 }));
    const missing = { ok: false, code: "name-not-found", detail: NAME };
    expect(world.resolve(NAME)).toEqual(missing);
    world.pair.run(19_000);
    expect(world.resolve(NAME)).toEqual(missing);
    expect(world.asked).toHaveLength(1);
    world.pair.run(2_000);
    world.zone = () => ANSWER;
    expect(world.resolve(NAME)).toEqual(OK);
  });

  it("D08 five minutes at most, and without an SOA not at all", () => {
    const world = new DnsWorld(() => ({ rcode: "NXDOMAIN", records: [], negativeTtl: 9_999 }));
    world.resolve(NAME);
    world.pair.run(299_000);
    world.resolve(NAME);
    expect(world.asked).toHaveLength(1);
    world.pair.run(2_000);
    world.zone = () => NOTHING;
    world.resolve(NAME);
    world.resolve(NAME);
    expect(world.asked).toHaveLength(3);
  });

  it.each([0, 2 ** 31, 2 ** 32 - 1])("D10 TTL %i is not kept", (ttl) => {
    const world = new DnsWorld(() => found(aaaa(NAME, "fdaa::3", ttl)));
    world.resolve(NAME);
    world.resolve(NAME);
    expect(world.asked).toHaveLength(2);
  });

  it("the TTL of an alias counts, and a day is the most", () => {
    const world = new DnsWorld(() => found(cname(NAME, "b.internal", 10), aaaa("b.internal", "fdaa::3", 10 ** 9)));
    world.resolve(NAME);
    world.pair.run(10_500);
    world.zone = () => found(aaaa(NAME, "fdaa::3", 10 ** 9));
    world.resolve(NAME);
    expect(world.asked).toHaveLength(2);
    world.pair.run(86_401_000);
    world.resolve(NAME);
    expect(world.asked).toHaveLength(3);
  });

  it("the TTL of an alias counts when its target was asked for by itself", () => {
    const world = new DnsWorld((query) =>
      query.name === NAME ? found(cname(NAME, "b.org", 10)) : found(aaaa("b.org", "fdaa::9", 600)),
    );
    world.resolve(NAME);
    world.pair.run(10_500);
    world.resolve(NAME);
    expect(world.asked.map((q) => q.name)).toEqual([NAME, "b.org", NAME, "b.org"]);
  });

  it("equal questions at once are asked once, and one may be cancelled", () => {
    const world = new DnsWorld(() => ANSWER);
    const results: unknown[] = [];
    const ask = () => world.client.resolve(NAME, "AAAA", world.pair.now, (r) => results.push(r));
    const first = ask();
    ask();
    first.cancel();
    world.pair.run(100);
    expect(results).toEqual([OK]);
    expect(world.asked).toHaveLength(1);
  });
});

describe("lookup", () => {
  const both = (query: DnsQuery) => (query.type === "A" ? found(a(NAME, "10.9.9.9")) : ANSWER);

  it("D04 IPv6 addresses come before IPv4 ones", () => {
    expect(new DnsWorld(both).lookup(NAME)).toEqual({ ok: true, addresses: [ip("fdaa::3"), ip("10.9.9.9")] });
  });

  it.each(["A", "AAAA"] as const)(
    "D04 when %s gets an error the other family's addresses are used at once",
    (broken) => {
      const world = new DnsWorld((query) => (query.type === broken ? { rcode: "SERVFAIL", records: [] } : both(query)));
      expect(world.lookup(NAME)).toMatchObject({
        ok: true,
        addresses: [broken === "A" ? ip("fdaa::3") : ip("10.9.9.9")],
      });
      expect(world.pair.now - 1000).toBe(20);
    },
  );

  it.each(["A", "AAAA"] as const)(
    "D04 when %s gets no answer the other's addresses are used 250 ms later",
    (silent) => {
      const world = new DnsWorld((query) => (query.type === silent ? undefined : both(query)));
      expect(world.lookup(NAME).ok).toBe(true);
      expect(world.pair.now - 1000).toBe(270);
    },
  );

  it("a failure that may pass is told rather than that one family has no address", () => {
    const world = new DnsWorld((query) => (query.type === "A" ? undefined : NOTHING));
    expect(world.lookup(NAME)).toMatchObject({ ok: false, code: "dns-timeout" });
    expect(new DnsWorld(() => NOTHING).lookup(NAME)).toEqual({ ok: false, code: "name-not-found", detail: NAME });
  });

  it("asks only for families that the tunnel has", () => {
    const world = new DnsWorld(both, { pair: { addresses: { a: ["fd00::a"], b: ["fd00::b"] } } });
    expect(world.lookup(NAME)).toEqual({ ok: true, addresses: [ip("fdaa::3")] });
    expect(world.asked.map((q) => q.type)).toEqual(["AAAA"]);
  });

  it.each(["fdaa::3", "10.1.2.3"])("the literal %s is its own answer", (text) => {
    const world = new DnsWorld(() => undefined);
    expect(world.lookup(text)).toEqual({ ok: true, addresses: [ip(text)] });
    expect(world.asked).toHaveLength(0);
  });
});

describe("names", () => {
  it("a name without a dot is searched for in the search domains first", () => {
    const zone = (query: DnsQuery) => (query.name === NAME ? ANSWER : NOTHING);
    const world = new DnsWorld(zone, { searchDomains: ["flycast", "internal"] });
    expect(world.resolve("app")).toEqual(OK);
    expect(world.asked.map((q) => q.name)).toEqual(["app.flycast", "app.internal"]);
    expect(world.resolve("nope")).toEqual({ ok: false, code: "name-not-found", detail: "nope" });
  });

  it("a name with a dot is taken as it is first; a final dot leaves it at that", () => {
    const world = new DnsWorld(() => NOTHING, { searchDomains: ["x"] });
    world.resolve("a.b");
    world.resolve("a.b.");
    expect(world.asked.map((q) => q.name)).toEqual(["a.b", "a.b.x", "a.b"]);
  });

  it.each(["", ".", "a..b", `${"x".repeat(64)}.internal`, `${"a.".repeat(127)}aa`, "a b", "ä.internal"])(
    'D07 "%s" is no name and nothing is sent',
    (name) => {
      const world = new DnsWorld(() => ANSWER);
      expect(world.resolve(name)).toEqual({ ok: false, code: "name-not-found", detail: name });
      expect(world.asked).toHaveLength(0);
    },
  );

  it("without servers it fails", () => {
    const world = new DnsWorld(() => ANSWER, { servers: [] });
    expect(world.resolve(NAME)).toMatchObject({ ok: false, code: "dns-failed" });
  });

  it("dispose answers everybody with 'cancelled' and leaves no deadline", () => {
    const world = new DnsWorld(() => undefined);
    const results: string[] = [];
    world.client.resolve(NAME, "TXT", world.pair.now, (r) => results.push(r.ok ? "ok" : r.code));
    world.client.lookup(NAME, world.pair.now, (r) => results.push(r.ok ? "ok" : r.code));
    world.pair.run(500);
    world.client.dispose();
    expect(results).toEqual(["cancelled", "cancelled"]);
    expect(world.client.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });
});
