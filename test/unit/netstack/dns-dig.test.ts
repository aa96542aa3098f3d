import { describe, expect, it } from "vitest";
import { Dig, type DigResult, digQuestion } from "../../../electron/netstack/dns/dig.ts";
import type { DnsRecord, DnsType } from "../../../electron/netstack/dns/message.ts";
import { recordText } from "../../../electron/netstack/dns/records.ts";
import { DNS_TYPES } from "../../../shared/dns-types.ts";
import { aaaa, cname, DnsWorld, found, type Zone } from "../../support/netstack-dns.ts";
import { ip } from "../../support/netstack-pair.ts";
import { seededRandom } from "../../support/netstack-random.ts";

const NAME = "app.internal";

function dig(
  zone: Zone,
  name = NAME,
  type: DnsType = "AAAA",
  servers = ["fd00::b"],
  tcp = false,
): { result: DigResult; world: DnsWorld } {
  const world = new DnsWorld(zone, { tcp });
  const results: DigResult[] = [];
  const options = { stack: world.pair.a, servers: servers.map(ip), tcpOnly: false, random: seededRandom(4) };
  const question = digQuestion(name, type)!;
  world.pair.attach(new Dig(options, question, world.pair.now, (r) => results.push(r)));
  world.pair.run(12_000);
  expect(results).toHaveLength(1);
  return { result: results[0]!, world };
}

const EXAMPLES: Record<DnsType, [DnsRecord, string]> = {
  A: [{ type: "A", name: NAME, ttl: 7, address: ip("10.9.9.9") }, "10.9.9.9"],
  AAAA: [aaaa(NAME, "fdaa::3", 7), "fdaa::3"],
  CNAME: [cname(NAME, "b.internal", 7), "b.internal."],
  NS: [{ type: "NS", name: NAME, ttl: 7, target: "ns.internal" }, "ns.internal."],
  PTR: [{ type: "PTR", name: NAME, ttl: 7, target: "m.vm.app.internal" }, "m.vm.app.internal."],
  TXT: [
    { type: "TXT", name: NAME, ttl: 7, strings: [new TextEncoder().encode('a "b" \\'), Uint8Array.of(27, 91, 255)] },
    '"a \\"b\\" \\\\" "\\027[\\255"',
  ],
  MX: [{ type: "MX", name: NAME, ttl: 7, preference: 10, target: "mail.internal" }, "10 mail.internal."],
  SRV: [
    { type: "SRV", name: NAME, ttl: 7, priority: 1, weight: 2, port: 5432, target: "db.internal" },
    "1 2 5432 db.internal.",
  ],
  SOA: [
    {
      type: "SOA",
      name: NAME,
      ttl: 7,
      primary: "ns.internal",
      mailbox: "root.internal",
      serial: 2_026_112_201,
      refresh: 3600,
      retry: 600,
      expire: 86_400,
      minimum: 60,
    },
    "ns.internal. root.internal. 2026112201 3600 600 86400 60",
  ],
};

describe("dig", () => {
  it.each(DNS_TYPES)("%s is asked for, read and shown", (type) => {
    const [record, text] = EXAMPLES[type];
    const { result, world } = dig(() => found(record), NAME, type);
    expect(world.asked.map((q) => [q.name, q.type])).toEqual([[NAME, type]]);
    expect(result).toMatchObject({
      ok: true,
      name: NAME,
      type,
      server: ip("fd00::b"),
      transport: "udp",
      timeMs: 20,
      response: { rcode: 0, authoritative: true, records: [record] },
    });
    expect(recordText(record)).toBe(text);
  });

  it("shows the aliases with their target, and asks nothing more", () => {
    const chain = [cname(NAME, "b.internal"), aaaa("b.internal", "fdaa::3")];
    const { result, world } = dig(() => found(...chain));
    expect(result.ok && result.response.records).toEqual(chain);
    expect(world.asked).toHaveLength(1);
  });

  it("an address is asked for by its reverse name", () => {
    const { world } = dig(() => found(), "fdaa::3", "PTR");
    expect(world.asked[0]?.name).toBe(`3.${"0.".repeat(27)}a.a.d.f.ip6.arpa`);
    expect(digQuestion("10.1.2.3", "PTR")?.name).toBe("3.2.1.10.in-addr.arpa");
    expect(digQuestion("3.2.1.10.in-addr.arpa", "PTR")?.name).toBe("3.2.1.10.in-addr.arpa");
    expect(digQuestion("a..b", "AAAA")).toBeUndefined();
  });

  it("NXDOMAIN comes with who says so and for how long", () => {
    const { result } = dig(() => ({ rcode: "NXDOMAIN", records: [], negativeTtl: 20 }));
    expect(result).toMatchObject({ ok: true, response: { rcode: 3, records: [], negativeTtl: 20 } });
    expect(result.ok && result.response.authority.map(({ type, name }) => [type, name])).toEqual([["SOA", "internal"]]);
  });

  it("a server's refusal is an answer, once no other server has a better one", () => {
    const { result } = dig(() => ({ rcode: "REFUSED", records: [] }));
    expect(result).toMatchObject({ ok: true, response: { rcode: 5 }, server: ip("fd00::b") });
    const second = dig(
      (_, { server }) => (server === "fd00::b" ? { rcode: "SERVFAIL", records: [] } : found(aaaa(NAME, "fdaa::3"))),
      NAME,
      "AAAA",
      ["fd00::b", "fd00::c"],
    );
    expect(second.result).toMatchObject({ ok: true, response: { rcode: 0 }, server: ip("fd00::c"), timeMs: 40 });
  });

  it("silence is dns-timeout, and names the server", () => {
    const { result } = dig(() => undefined);
    expect(result).toEqual({ ok: false, code: "dns-timeout", detail: `${NAME}: no answer from fd00::b` });
  });

  it("a large answer comes over TCP, and says so", () => {
    const many = Array.from({ length: 60 }, (_, i) => aaaa(NAME, `fdaa::${i + 1}`));
    const { result } = dig(() => found(...many), NAME, "AAAA", ["fd00::b"], true);
    expect(result).toMatchObject({ ok: true, transport: "tcp" });
    expect(result.ok && result.response.records).toHaveLength(60);
  });
});
