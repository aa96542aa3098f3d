import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeQuery, decodeResponse, encodeAnswer, encodeQuestion } from "../../electron/netstack/dns/message.ts";
import { a, aaaa, cname, DnsWorld, found } from "../support/netstack-dns.ts";
import { seed } from "../support/seed.ts";

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
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), mutated(answer), mutated(question)), (message) => {
        const before = message.slice();
        const response = decodeResponse(message);
        decodeQuery(message);
        expect(message).toEqual(before);
        for (const record of response?.records ?? []) {
          expect(record.name.length).toBeLessThanOrEqual(253);
          expect(record.ttl).toBeLessThan(2 ** 31);
          if (record.type === "TXT") for (const s of record.strings) expect(s.length).toBeLessThanOrEqual(255);
        }
      }),
      { seed: seed(), numRuns: 5_000 },
    );
  });

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
});
