import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DnsResult } from "../../electron/netstack/dns/client.ts";
import { decodeQuery, decodeResponse, encodeAnswer, encodeQuestion } from "../../electron/netstack/dns/message.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { a, aaaa, cname, DnsWorld, found } from "../support/netstack-dns.ts";
import { withoutGrowth } from "../support/netstack-hostile.ts";
import { ip6, udp, whole } from "../support/netstack-packets.ts";
import { ip } from "../support/netstack-pair.ts";
import { inputs, seed } from "../support/seed.ts";

const NAME = "app.internal";

/** A good answer with some bytes changed: it gets further into the decoder than noise does. */
const mutated = (base: Uint8Array) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(base.length),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([changes, cut, tail]) => {
      const bytes = base.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return Uint8Array.from([...bytes.subarray(0, bytes.length - (cut % 9 === 0 ? cut : 0)), ...tail]);
    });

describe("dns messages from hostile servers", () => {
  const question = encodeQuestion(1, NAME, "AAAA", true);
  const strings = [Uint8Array.of(1, 2), new Uint8Array(200)];
  const answer = encodeAnswer(
    decodeQuery(question)!,
    {
      ...found(cname(NAME, "b.internal"), aaaa("b.internal", "fdaa::3"), a(NAME, "10.0.0.1"), {
        type: "TXT",
        name: NAME,
        ttl: 1,
        strings,
      }),
      negativeTtl: 5,
    },
    "tcp",
  );

  it("never throw, and what is read is sound", () => {
    const random = new FuzzRandom(seed());
    const count = inputs(5_000);
    for (let i = 0; i < count; i++) {
      let message = random.oneIn(4) ? random.bytes(random.below(600)) : random.mutate(random.pick([answer, question]));
      if (random.oneIn(2)) message = random.mutate(message);
      const before = message.slice();
      const response = decodeResponse(message);
      decodeQuery(message);
      if (Buffer.compare(message, before) !== 0) throw new Error("the message was changed");
      for (const record of response?.records ?? []) {
        if (record.name.length > 253 || !(record.ttl < 2 ** 31)) throw new Error(`unsound: ${JSON.stringify(record)}`);
        if (record.type === "TXT" && record.strings.some((text) => text.length > 255))
          throw new Error("a string of TXT");
      }
    }
  }, 3_600_000);

  it("the client answers each question once, whatever comes back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(mutated(answer)), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (answers, tcp) => {
          let turn = 0;
          const world = new DnsWorld(
            (query) => {
              const message = answers[turn++ % answers.length]?.slice();
              message?.set([query.id >> 8, query.id & 255]);
              return message;
            },
            { tcp },
          );
          const result = world.resolve(NAME);
          if (result.ok) for (const record of result.records) expect(record.type).toBe("AAAA");
          expect(world.client.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { seed: seed(), numRuns: 300 },
    );
  });

  it("every query that is read can be answered with its own question", () => {
    fc.assert(
      fc.property(mutated(question), (message) => {
        const query = decodeQuery(message);
        if (query === undefined) return;
        const response = decodeResponse(encodeAnswer(query, { rcode: "NXDOMAIN", records: [], negativeTtl: 1 }, "udp"));
        expect(response).toMatchObject({ id: query.id, name: query.name, rcode: 3 });
      }),
      { seed: seed(), numRuns: 3_000 },
    );
  });

  it("one client and many hostile answers: each question answered once, nothing grows", () => {
    const random = new FuzzRandom(seed());
    const world = new DnsWorld((query) => {
      if (random.oneIn(4)) return undefined;
      const good = encodeAnswer(query, found(cname(query.name, "b.internal"), aaaa("b.internal", "fdaa::3")), "udp");
      const message = random.oneIn(8) ? good : random.mutate(good);
      if (message.length > 1 && !random.oneIn(8)) message.set([query.id >> 8, query.id & 255]);
      return message;
    });
    withoutGrowth(Math.ceil(inputs(500) / 10), (i) => {
      const result = world.resolve(`${i}.${NAME}`, "AAAA", 60_000);
      if (result.ok) for (const record of result.records) expect(record.type).toBe("AAAA");
      world.asked.length = 0;
      world.pair.transits.length = 0;
      expect(world.client.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    });
  }, 3_600_000);

  it("answers from elsewhere, to guessed ports and with guessed ids, are not believed", () => {
    const random = new FuzzRandom(seed());
    const world = new DnsWorld(() => undefined, { servers: [ip("fd00::b")] });
    const results: DnsResult[] = [];
    world.client.resolve(NAME, "AAAA", world.pair.now, (result) => results.push(result));
    world.pair.run(1);
    const [asked] = world.pair.transits;
    const port = (asked!.packet[40]! << 8) | asked!.packet[41]!;
    const id = (asked!.packet[48]! << 8) | asked!.packet[49]!;
    const forged = (guess: number) => {
      const query = { ...decodeQuery(encodeQuestion(guess, NAME, "AAAA", true))! };
      return encodeAnswer(query, found(aaaa(NAME, "fd66::66")), "udp");
    };
    const count = inputs(5_000);
    for (let i = 0; i < count; i++) {
      // One of the three that an answer has to match is a guess that misses.
      const miss = random.below(3);
      const from = miss === 0 ? random.pick(["fd00::c", "fd00::bb", "fd00::66"]) : "fd00::b";
      const to = miss === 1 ? 1 + random.below(65_535) : port;
      const guess = miss === 2 ? random.below(65_536) : id;
      if ((miss === 1 && to === port) || (miss === 2 && guess === id)) continue;
      const payload = forged(guess);
      const datagram = udp({ from, to: "fd00::a", sourcePort: 53, port: to, payload });
      world.pair.a.receive(...whole(ip6({ from, to: "fd00::a", next: 17, payload: datagram })), world.pair.now);
    }
    expect(results).toEqual([]);
    const payload = forged(id);
    const datagram = udp({ from: "fd00::b", to: "fd00::a", sourcePort: 53, port, payload });
    world.pair.a.receive(
      ...whole(ip6({ from: "fd00::b", to: "fd00::a", next: 17, payload: datagram })),
      world.pair.now,
    );
    world.pair.run(1);
    expect(results).toMatchObject([{ ok: true }]);
  }, 3_600_000);
});
