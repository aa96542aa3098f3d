import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CALLS, type CallName, hostMessage } from "../../shared/contract.ts";
import { LIMITS } from "../../shared/limits.ts";
import { MemoryLink, settled } from "../support/host-memory-link.ts";
import { hostWorld } from "../support/host-world.ts";
import { seed } from "../support/seed.ts";

const NAMES = Object.keys(CALLS) as CallName[];

describe("messages from a page gone wrong", () => {
  test.each([
    "",
    "{",
    "null",
    "[]",
    "7",
    '"app.info"',
    "{}",
    '{"id":1}',
    '{"id":1,"call":"app.info"}',
    '{"id":-1,"call":"app.info","input":{}}',
    '{"id":1.5,"call":"app.info","input":{}}',
    '{"id":"1","call":"app.info","input":{}}',
    '{"id":1,"call":7,"input":{}}',
    '{"id":1,"call":"app.info","input":{},"more":1}',
    '{"id":1,"call":"app.info","input":[]}',
    '{"id":1,"call":"app.info","input":{"__proto__":1}}',
    '{"id":1,"call":"__proto__","input":{}}',
    '{"id":1,"call":"constructor","input":{}}',
    '{"id":1,"call":"toString","input":{}}',
    '{"id":1,"call":"APP.INFO","input":{}}',
    '{"id":1,"call":"app.info ","input":{}}',
    `{"id":1,"call":"${"x".repeat(101)}","input":{}}`,
    `${"[".repeat(100_000)}`,
    `{"id":1,"call":"accounts.signIn","input":{"token":"${"x".repeat(64 * 1024 + 1)}"}}`,
  ])("%.60j is answered with bad-request", async (text) => {
    const { open, engine } = await hostWorld();
    const link = open();
    const before = engine.calls.length;
    link.receive(text);
    await settled();
    expect(link.answers()).toHaveLength(1);
    expect(link.answers()[0]?.error?.code).toBe("bad-request");
    expect(engine.calls).toHaveLength(before);
  });

  test("the id comes back where there is one", async () => {
    const { open } = await hostWorld();
    const link = open();
    link.receive('{"id":42,"call":"no.such","input":{}}');
    link.receive('{"id":43}');
    link.receive("junk");
    await settled();
    expect(link.answers().map(({ id }) => id)).toEqual([42, 43, -1]);
  });

  test("a text above the limit is not even parsed", async () => {
    const { open } = await hostWorld();
    const link = open();
    link.receive(JSON.stringify({ id: 1, call: "app.info", input: {}, pad: "x".repeat(LIMITS.controlMessage) }));
    await settled();
    expect(link.answers()[0]).toMatchObject({ id: -1, error: { code: "bad-request" } });
  });

  test("other types on the port are ignored", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    const before = engine.calls.length;
    for (const junk of [
      undefined,
      null,
      7,
      true,
      {},
      [],
      new ArrayBuffer(8),
      new Uint16Array(4),
      { id: 1, call: "app.info" },
    ])
      link.receive(junk);
    await settled();
    expect(link.sent).toEqual([]);
    expect(engine.calls).toHaveLength(before);
  });

  test("too many calls at once are refused, and room comes back", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    engine.answer = () => gate.then(() => []);
    // Far from the ids that `request` counts: its answer must not be one of these.
    for (let id = 1e6; id < 1e6 + 300; id++) link.receive(JSON.stringify({ id, call: "accounts.list", input: {} }));
    await settled();
    expect(link.answers()).toHaveLength(300 - 256);
    release();
    await settled();
    expect((await link.request("app.info", {})).error).toBeUndefined();
  });

  test("what the engine throws crosses as a code, without a secret of the input", async () => {
    const { open, engine, log } = await hostWorld();
    const link = open();
    engine.answer = () => {
      throw new TypeError("bug");
    };
    const { error } = await link.request("accounts.signIn", { token: "fo1_secret" });
    expect(error?.code).toBe("internal");
    await link.request("accounts.signIn", { token: "fo1_secret", endpoint: "fo1_secret" });
    expect(JSON.stringify([link.sent, log.lines])).not.toContain("fo1_secret");
  });
});

describe("fuzz", () => {
  /** Values of all kinds, with sizes and numbers at the edges. */
  const anything = fc.anything({ withNullPrototype: false, maxDepth: 3 });
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.json(),
    fc
      .record({
        id: fc.oneof(fc.nat(), anything),
        call: fc.oneof(fc.constantFrom<string>(...NAMES), fc.string()),
        input: fc.oneof(
          anything,
          fc.dictionary(
            fc.constantFrom("accountId", "orgSlug", "sessionId", "columns", "rows", "on", "token", "text"),
            anything,
          ),
        ),
      })
      .map((value) => JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part))),
  );

  test("any text gets exactly one valid answer, and any bytes none", async () => {
    const { host, engine } = await hostWorld();
    engine.answer = () => ({});
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(text, fc.uint8Array({ maxLength: 64 })), { maxLength: 8 }),
        async (messages) => {
          const link = new MemoryLink();
          host.connect(link);
          for (const message of messages) link.receive(message);
          await settled();
          await settled();
          const wanted = messages.filter((message) => typeof message === "string").length;
          const answers = link.messages().filter((message) => !("event" in message));
          expect(answers).toHaveLength(wanted);
          for (const answer of answers) expect(hostMessage.safeParse(answer).success).toBe(true);
          expect(link.closed).toBe(false);
          link.close();
        },
      ),
      { seed: seed(), numRuns: 300 },
    );
  });

  test("an answer of any shape either fits the contract or is internal", async () => {
    const { open, engine } = await hostWorld();
    const link = open();
    await fc.assert(
      fc.asyncProperty(anything, async (output) => {
        engine.answer = () => output;
        const { ok, error } = await link.request("organizations.list", { accountId: "a" });
        if (error === undefined) expect(CALLS["organizations.list"].output.safeParse(ok).success).toBe(true);
        else expect(error.code).toBe("internal");
      }),
      { seed: seed(), numRuns: 200 },
    );
  });
});
