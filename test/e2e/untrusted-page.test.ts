import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { WebSocket } from "ws";
import { CALLS, type CallName, hostMessage } from "../../shared/contract.ts";
import { ERROR_CODES } from "../../shared/errors.ts";
import { seed } from "../support/seed.ts";
import { Culvert, expect, Server, test } from "./support/fixtures.ts";

/** The page is not trusted (#4): what it may say to the program as it runs, and who else may speak to it. */

interface Trade {
  readonly cookie: string;
  readonly key: string;
}

/** What a browser does with the address: a cookie, and the key of the link. */
async function trade({ url }: { readonly url: string }): Promise<Trade> {
  const answer = await fetch(url, { redirect: "manual" });
  return {
    cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "",
    key: answer.headers.get("location")?.slice("/#k=".length) ?? "",
  };
}

/** A page of ours, without a browser: calls with their answers, and anything else one may send. */
class Page {
  readonly socket: WebSocket;
  readonly answers = new Map<number, unknown>();
  readonly strange: string[] = [];
  readonly #waiting = new Map<number, () => void>();
  #nextId = 1_000_000;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) return;
      const message = hostMessage.safeParse(JSON.parse(data.toString()));
      if (!message.success) this.strange.push(data.toString());
      else if (!("event" in message.data)) {
        this.answers.set(message.data.id, message.data);
        this.#waiting.get(message.data.id)?.();
      }
    });
  }

  static async open(server: { readonly url: string; readonly origin: string }): Promise<Page> {
    const { cookie, key } = await trade(server);
    const socket = new WebSocket(`${server.origin.replace("http", "ws")}/link`, ["culvert.1", `k.${key}`], {
      headers: { origin: server.origin, cookie },
    });
    await once(socket, "open");
    return new Page(socket);
  }

  async call(call: string, input: unknown = {}): Promise<unknown> {
    const id = this.#nextId++;
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, call, input }));
    await test.step(`an answer to ${call}`, () => answered);
    return this.answers.get(id);
  }

  /** What must be the same before and after. */
  async state(): Promise<unknown> {
    const [settings, accounts, sessions] = [
      await this.call("settings.get"),
      await this.call("accounts.list"),
      await this.call("sessions.list"),
    ];
    return [settings, accounts, sessions].map((answer) => (answer as { ok?: unknown }).ok);
  }
}

const MESSAGES = 1500;

/** A name that exists, or nearly; an input of any shape, or of nearly the right one. */
const message = (() => {
  // Without these a fuzzer could rightly change what is compared: an empty input is all that they take.
  const names = (Object.keys(CALLS) as CallName[]).filter((name) => name !== "accounts.startDemo");
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<string>(...names) },
    { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "app.info ", "APP.INFO", "") },
    { weight: 1, arbitrary: fc.string({ maxLength: 120 }) },
  );
  const value = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string(), { maxLength: 4 }),
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
  );
  const keys = fc.constantFrom(
    ..."accountId orgSlug appName machineId sessionId tunnelId columns rows on token text label name host count type region theme fontSize keys marks pins limitBytes offeredFingerprint".split(
      " ",
    ),
  );
  const input = fc.oneof(fc.dictionary(keys, value, { maxKeys: 6 }), value);
  const text = fc.oneof(
    { weight: 10, arbitrary: fc.record({ call: name, input }).map((one) => ({ kind: "call" as const, ...one })) },
    { weight: 1, arbitrary: fc.string({ maxLength: 200 }).map((raw) => ({ kind: "raw" as const, raw })) },
    { weight: 1, arbitrary: fc.json().map((raw) => ({ kind: "raw" as const, raw })) },
  );
  const bytes = fc.uint8Array({ maxLength: 2000 }).map((raw) => ({ kind: "bytes" as const, raw }));
  return fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: bytes });
})();

test("#4 whatever a page says, nothing crashes or changes, and each answer is one of the contract's", async ({
  server,
}) => {
  const page = await Page.open(server);
  const before = await page.state();
  const sent = new Set<number>();
  let id = 1;
  for (const one of fc.sample(message, { seed: seed(), numRuns: MESSAGES })) {
    if (one.kind === "call") {
      page.socket.send(JSON.stringify({ id, call: one.call, input: one.input }));
      sent.add(id++);
    } else page.socket.send(one.raw);
    // The router takes so many calls at a time and refuses the rest.
    if (id % 100 === 0) await page.call("app.info");
  }
  await expect.poll(() => [...sent].filter((one) => !page.answers.has(one)).length, { timeout: 90_000 }).toBe(0);
  expect(page.strange).toEqual([]);
  const codes = new Set(
    [...page.answers.values()].flatMap((answer) => {
      const { error } = answer as { error?: { code: string } };
      return error === undefined ? [] : [error.code];
    }),
  );
  expect([...codes].filter((code) => !(ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
  expect([...codes]).toContain("bad-request");
  expect([...codes], "an internal error is a bug that the fuzzer found").not.toContain("internal");
  expect(await page.state()).toEqual(before);
  expect(server.program.child.exitCode).toBeNull();
  page.socket.terminate();
});

test("#4 frames for channels that are not this page's reach no shell", async ({ culvert, server }) => {
  await culvert.openShell("web");
  // The first address was used up by the window; a second start gives another of the same program.
  const stranger = await Page.open(await Server.start(server.profile));
  for (let channel = 0; channel < 64; channel++) {
    for (const kind of [4, 5, 6, 7, 255]) {
      const frame = Buffer.alloc(5 + 4);
      frame.writeUInt8(kind, 0);
      frame.writeUInt32BE(channel, 1);
      frame.write("X\r\nX", 5);
      stranger.socket.send(frame);
    }
  }
  await stranger.call("app.info");
  await culvert.type("echo still-$((1+1))");
  await culvert.expectLine("still-2");
  expect((await culvert.lines()).join("\n")).not.toContain("X");
  stranger.socket.terminate();
});

test("#4 the page loads nothing from elsewhere, and its policy is exactly this", async ({ page, server }) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    // Chromium shows images in data: addresses as requests.
    if (origin !== server.origin && protocol !== "data:") elsewhere.push(request.url());
  });
  const answer = page.waitForResponse((response) => response.url() === `${server.origin}/`);
  await page.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(window, { refused });
    addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
  });
  await page.goto(server.url);
  const culvert = new Culvert(page);
  await culvert.openShell("web");
  await culvert.openStats();
  await culvert.closeStats();
  await culvert.openSettings("About");
  expect(elsewhere).toEqual([]);
  // Nor does it try what its policy refuses: zod would try to compile, which costs before the first paint.
  expect(await page.evaluate(() => "refused" in window && window.refused)).toEqual([]);
  const { host } = new URL(server.origin);
  expect((await answer).headers()["content-security-policy"]?.split("; ")).toEqual([
    "default-src 'none'",
    // The page has no inline script. WebAssembly may be compiled, which 'unsafe-eval' would allow too, with much more.
    "script-src 'self' 'wasm-unsafe-eval'",
    // xterm.js sizes its rows with style elements of its own.
    "style-src 'self' 'unsafe-inline'",
    // Icons that a style sheet draws.
    "img-src 'self' data:",
    "font-src 'self'",
    // Safari does not count a WebSocket to this host as 'self'.
    `connect-src 'self' ws://${host}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  // Inline script is the first thing that injected text would try.
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.head.append(script);
    return "injected" in window;
  });
  expect(ran).toBe(false);
});

/** Another person's program on this computer. */
const STRANGER = `
const port = process.argv[1], fs = require("node:fs");
const ask = async (path, init) => (await fetch("http://127.0.0.1:" + port + path, init)).status;
const read = (path) => { try { fs.readFileSync(path); return "read"; } catch (error) { return error.code; } };
(async () => {
  const socket = new WebSocket("ws://127.0.0.1:" + port + "/link", ["culvert.1", "k." + "A".repeat(43)]);
  const link = await new Promise((resolve) => { socket.onopen = () => resolve("open"); socket.onerror = () => resolve("refused"); });
  const files = process.argv.slice(2).map(read);
  console.log(JSON.stringify({ page: await ask("/"), token: await ask("/token", { method: "POST" }), link, files }));
})();
`;

test("#4 a second user of the computer, without the token, gets neither page nor link nor the files of the profile", async ({
  server,
}) => {
  test.skip(process.getuid?.() !== 0, "only root can run a program as somebody else");
  const files = readdirSync(server.profile.path).map((name) => join(server.profile.path, name));
  expect(files.length).toBeGreaterThan(1);
  const child = spawn(
    process.execPath,
    ["--experimental-websocket", "-e", STRANGER, new URL(server.url).port, ...files],
    { uid: 65_534, gid: 65_534, cwd: "/" },
  );
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  await once(child, "close");
  const result = JSON.parse(Buffer.concat(said).toString()) as { files: string[] };
  expect(result).toMatchObject({ page: 401, token: 401, link: "refused" });
  expect(result.files.filter((one) => one === "read")).toEqual([]);
  for (const file of files.filter(existsSync)) expect(statSync(file).mode & 0o077, file).toBe(0);
  expect(readFileSync(`/proc/${server.program.pid}/cmdline`, "utf8")).not.toContain(
    new URL(server.url).searchParams.get("token") ?? "no token",
  );
});
