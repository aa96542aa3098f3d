import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { silentLog } from "../../electron/base/log.ts";
import type { Link } from "../../electron/host/link.ts";
import { WebServer } from "../../electron/host/web/server.ts";
import { LIMITS } from "../../shared/limits.ts";
import { MemoryLog } from "../support/host-memory-log.ts";
import { type RawAnswer, rawRequest } from "../support/host-raw-http.ts";

let folder: string;
let server: WebServer;
let port: number;
let links: Link[];
let log: MemoryLog;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-gates-"));
  const page = join(folder, "page");
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(page, "index.html"), "<!doctype html><title>the page</title>");
  writeFileSync(join(page, "assets", "main-abc.js"), "1");
  writeFileSync(join(page, ".hidden"), "hidden");
  writeFileSync(join(folder, "secrets.json"), "outside");
  links = [];
  log = new MemoryLog();
  server = await WebServer.listen({ port: 0, pageFolder: page, log, onLink: (link) => links.push(link) });
  port = Number(new URL(server.origin).port);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const hostLine = (): string => `Host: 127.0.0.1:${port}`;

function get(path: string, ...lines: string[]): Promise<RawAnswer> {
  const host = lines.some((line) => /^host:/i.test(line)) ? [] : [hostLine()];
  return rawRequest(port, [`GET ${path} HTTP/1.1`, ...host, "Connection: close", ...lines]);
}

/** Trades a fresh token: the Cookie header and the key that it bought. */
async function trade(): Promise<{ cookie: string; key: string }> {
  const { search } = new URL(server.issueUrl());
  const { headers } = await get(`/${search}`);
  const key = /^\/#k=([A-Za-z0-9_-]{43})$/.exec(headers.get("location") ?? "")?.[1] ?? "";
  return { cookie: `Cookie: ${headers.get("set-cookie")?.split(";")[0] ?? ""}`, key };
}

async function signIn(): Promise<string> {
  return (await trade()).cookie;
}

describe("token and cookie", () => {
  test("the token is 256 bits, works once, and becomes a strict cookie", async () => {
    const { search, searchParams } = new URL(server.issueUrl());
    expect(Buffer.from(searchParams.get("token") ?? "", "base64url")).toHaveLength(32);
    const first = await get(`/${search}`);
    expect(first.status).toBe(302);
    expect(first.headers.get("location")).toMatch(/^\/#k=[A-Za-z0-9_-]{43}$/);
    expect(first.headers.get("set-cookie")).toMatch(
      new RegExp(`^culvert-${port}=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const second = await get(`/${search}`);
    expect(second.status).toBe(401);
    expect(second.headers.has("set-cookie")).toBe(false);
  });

  test("the cookie opens the page, in later tabs too; a reload of the first address finds its way", async () => {
    const { search } = new URL(server.issueUrl());
    const { headers } = await get(`/${search}`);
    const cookie = `Cookie: other=1; ${headers.get("set-cookie")?.split(";")[0]}; more=2`;
    for (let tab = 0; tab < 2; tab++) expect((await get("/", cookie)).body).toContain("the page");
    const reload = await get(`/${search}`, cookie);
    expect([reload.status, reload.headers.get("location")]).toEqual([302, "/"]);
  });

  test("HEAD trades nothing: what only looks at the address does not use it up", async () => {
    const { search } = new URL(server.issueUrl());
    const looked = await rawRequest(port, [`HEAD /${search} HTTP/1.1`, hostLine(), "Connection: close"]);
    expect([looked.status, looked.headers.has("set-cookie")]).toEqual([401, false]);
    expect((await get(`/${search}`)).status).toBe(302);
  });

  test.each([
    "",
    "Cookie: ",
    "Cookie: culvert=x",
    "Cookie: culvert-PORT=",
    "Cookie: culvert-PORT=AAAA",
    "Cookie: culvert-PORT",
  ])("no way in with %j", async (line) => {
    const answer = await get("/", ...(line === "" ? [] : [line.replace("PORT", String(port))]));
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain("the page");
  });

  test.each(["/?token=", "/?token=AAAA", "/?token", "/?TOKEN=x", "/index.html?token=TOKEN", "/assets/?token=TOKEN"])(
    "%s trades nothing",
    async (path) => {
      const token = new URL(server.issueUrl()).searchParams.get("token") ?? "";
      const answer = await get(path.replace("TOKEN", token));
      expect(answer.status).toBe(401);
      expect(answer.headers.has("set-cookie")).toBe(false);
      expect((await get(`/?token=${token}`)).status).toBe(302);
    },
  );
});

describe("Host and Origin", () => {
  test.each(["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT"])("Host %s is ours", async (host) => {
    const cookie = await signIn();
    expect((await get("/", `Host: ${host.replace("PORT", String(port))}`, cookie)).status).toBe(200);
  });

  test.each([
    "attacker.example:PORT",
    "attacker.example",
    "127.0.0.1",
    "localhost",
    "127.0.0.1:1",
    "127.0.0.1.attacker.example:PORT",
    "localhost.attacker.example:PORT",
    "0.0.0.0:PORT",
    "127.0.0.2:PORT",
    "127.1:PORT",
    "user@127.0.0.1:PORT",
    "127.0.0.1:PORT, attacker.example",
    "",
  ])("DNS rebinding: Host %j is refused even with the cookie and a token", async (host) => {
    const cookie = await signIn();
    const { search } = new URL(server.issueUrl());
    const line = `Host: ${host.replace("PORT", String(port))}`;
    for (const path of ["/", `/${search}`]) {
      const answer = await get(path, line, cookie);
      expect([400, 403]).toContain(answer.status);
      expect(answer.body).not.toContain("the page");
      expect(answer.headers.has("set-cookie")).toBe(false);
    }
  });

  test("two Host headers, or none, are refused", async () => {
    const cookie = await signIn();
    expect((await get("/", hostLine(), "Host: attacker.example", cookie)).status).toBeGreaterThanOrEqual(400);
    expect((await rawRequest(port, ["GET / HTTP/1.1", "Connection: close", cookie])).status).toBe(400);
    expect((await rawRequest(port, ["GET / HTTP/1.0", cookie])).status).toBe(403);
  });

  test("a foreign Origin cannot change anything; our own finds nothing to change", async () => {
    const cookie = await signIn();
    const send = (method: string, path: string, ...lines: string[]): Promise<RawAnswer> =>
      rawRequest(port, [`${method} ${path} HTTP/1.1`, hostLine(), "Connection: close", "Content-Length: 0", ...lines]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      expect((await send(method, "/", cookie, "Origin: http://attacker.example")).status).toBe(403);
      expect((await send(method, "/", cookie, "Origin: null")).status).toBe(403);
      expect((await send(method, "/", cookie)).status).toBe(403);
      expect((await send(method, "/", cookie, `Origin: http://127.0.0.1:${port}`)).status).toBe(405);
    }
  });

  test("a new address is given for the key of the lock file only, and never to a page", async () => {
    const ask = (...lines: string[]): Promise<RawAnswer> =>
      rawRequest(port, ["POST /token HTTP/1.1", hostLine(), "Connection: close", "Content-Length: 0", ...lines]);
    const key = `Authorization: Bearer ${server.key}`;
    expect((await ask()).status).toBe(401);
    expect((await ask("Authorization: Bearer AAAA")).status).toBe(401);
    expect((await ask(key, "Origin: http://attacker.example")).status).toBe(403);
    expect((await ask(key, `Origin: http://127.0.0.1:${port}`)).status).toBe(405);
    const answer = await ask(key);
    expect(answer.status).toBe(200);
    const url = /"url":"([^"]+)"/.exec(answer.body)?.[1] ?? "";
    expect((await get(`/${new URL(url).search}`)).status).toBe(302);
  });
});

describe("files", () => {
  test.each([
    "/../secrets.json",
    "/assets/../../secrets.json",
    "/%2e%2e/secrets.json",
    "/..%2fsecrets.json",
    "/%2e%2e%2fsecrets.json",
    "/..%5csecrets.json",
    "/..\\secrets.json",
    "/....//secrets.json",
    "/%252e%252e/secrets.json",
    "//etc/passwd",
    "/etc/passwd",
    "/.hidden",
    "/%00",
    "/%",
    "/%ff",
    "http://attacker.example/",
  ])("%s leads nowhere", async (path) => {
    const answer = await get(path, await signIn());
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toMatch(/outside|hidden|root:/);
  });

  test("each answer carries the policy; the page is not kept, hashed files are", async () => {
    const cookie = await signIn();
    const page = await get("/", cookie);
    expect(page.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        `font-src 'self'; connect-src 'self' ws://127.0.0.1:${port}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    );
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect((await get("/assets/main-abc.js", cookie)).headers.get("cache-control")).toContain("immutable");
    for (const answer of [
      page,
      await get("/", "X: y"),
      await get("/nowhere", cookie),
      await get("/", "Host: evil", cookie),
    ]) {
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
      expect(answer.headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(answer.headers.get("x-frame-options")).toBe("DENY");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    }
  });
});

describe("requests that no browser sends", () => {
  test.each([
    "bytes=5-1",
    "bytes=-1",
    "bytes=99999999-",
    "bytes=1-2,3-4",
    "bytes=-5--9",
    "bytes=1.5-2",
    "x",
    "bytes=0-0",
  ])("Range: %s gets the whole file", async (range) => {
    const cookie = await signIn();
    const answer = await get("/index.html", cookie, `Range: ${range}`, 'If-Range: "x"');
    expect([answer.status, answer.body]).toEqual([200, "<!doctype html><title>the page</title>"]);
  });

  test("a file that vanishes while the server runs breaks its own answer only", async () => {
    const cookie = await signIn();
    rmSync(join(folder, "page", "assets", "main-abc.js"));
    expect((await get("/assets/main-abc.js", cookie)).body).toBe("");
    expect((await get("/", cookie)).body).toContain("the page");
  });

  test("an answer that fails once its head is written is broken off, and the next one is given", async () => {
    const ask = () =>
      rawRequest(port, [
        "POST /token HTTP/1.1",
        hostLine(),
        "Connection: close",
        "Content-Length: 0",
        `Authorization: Bearer ${server.key}`,
      ]);
    vi.spyOn(server, "issueUrl").mockImplementationOnce(() => {
      throw new Error("no address today");
    });
    expect((await ask()).status).toBeNaN();
    expect((await ask()).status).toBe(200);
    expect(log.lines.filter(({ event }) => event === "request failed")).toHaveLength(1);
  });

  test("a link that cannot be served closes its socket and nothing else", async () => {
    const failing = await WebServer.listen({
      port: 0,
      pageFolder: join(folder, "page"),
      log,
      onLink: () => {
        throw new Error("no window today");
      },
    });
    const { origin, searchParams } = new URL(failing.issueUrl());
    const traded = await fetch(`${origin}/?token=${searchParams.get("token")}`, { redirect: "manual" });
    const key = traded.headers.get("location")?.slice("/#k=".length) ?? "";
    const socket = new WebSocket(`${origin.replace("http", "ws")}/link`, ["culvert.1", `k.${key}`], {
      headers: { origin, cookie: traded.headers.get("set-cookie")?.split(";")[0] ?? "" },
    });
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("close", resolve));
    expect((await fetch(origin)).status).toBe(401);
    await failing.close();
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  test("a socket that sends no request is closed in the end", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    await new Promise((resolve) => socket.once("close", resolve));
  }, 30_000);

  test("sockets are bounded", async () => {
    const many = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => undefined);
        await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
        return socket;
      }),
    );
    const turnedAway = many
      .filter((socket) => !socket.destroyed)
      .map((socket) => new Promise((r) => socket.once("close", r)));
    for (const socket of many) socket.resume();
    await Promise.race(turnedAway);
    for (const socket of many) socket.destroy();
  });
});

describe("the link", () => {
  const upgrade = (path: string, ...lines: string[]): Promise<RawAnswer> =>
    rawRequest(port, [
      `GET ${path} HTTP/1.1`,
      ...(lines.some((line) => /^host:/i.test(line)) ? [] : [hostLine()]),
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      ...lines,
    ]);
  const ownOrigin = (): string => `Origin: http://127.0.0.1:${port}`;

  const keyLine = (key: string): string => `Sec-WebSocket-Protocol: culvert.1, k.${key}`;

  test("opens for our own page with cookie and key, and never says the key again", async () => {
    const { cookie, key } = await trade();
    const answer = await upgrade("/link", ownOrigin(), cookie, keyLine(key));
    expect([answer.status, answer.headers.get("sec-websocket-protocol")]).toEqual([101, "culvert.1"]);
    expect(links).toHaveLength(1);
    expect((await upgrade("/link", ownOrigin(), cookie, `Sec-WebSocket-Protocol: k.${key},culvert.1`)).status).toBe(
      101,
    );
  });

  test.each([
    "X: y",
    "Sec-WebSocket-Protocol: culvert.1",
    "Sec-WebSocket-Protocol: culvert.1, k.",
    "Sec-WebSocket-Protocol: culvert.1, k.AAAA",
    "Sec-WebSocket-Protocol: culvert.1, KEY",
    "Sec-WebSocket-Protocol: k.KEY",
    "Sec-WebSocket-Protocol: culvert.2, k.KEY",
    "Sec-WebSocket-Protocol: culvert.1, k.KEYA",
    "Authorization: Bearer KEY",
  ])("the cookie alone, which any server of this computer is sent, opens nothing: %s", async (line) => {
    const { cookie, key } = await trade();
    expect((await upgrade("/link", ownOrigin(), cookie, line.replace("KEY", key))).status).toBe(401);
    expect(links).toHaveLength(0);
  });

  test("the cookie alone learns no key and gets no address", async () => {
    const { cookie, key } = await trade();
    const post = [`POST /token HTTP/1.1`, hostLine(), "Connection: close", "Content-Length: 0", cookie];
    expect((await rawRequest(port, post)).status).toBe(401);
    const { search } = new URL(server.issueUrl());
    await get(`/${search}`);
    for (const path of ["/", `/${search}`, "/link"]) {
      const { headers, body } = await get(path, cookie);
      expect(JSON.stringify([...headers]) + body).not.toContain(key);
    }
  });

  test("a page that was refused learns whether its key is the reason", async () => {
    const { cookie, key } = await trade();
    expect((await get("/link", cookie, `Authorization: Bearer ${key}`)).status).toBe(204);
    expect((await get("/link", cookie, "Authorization: Bearer AAAA")).status).toBe(401);
    expect((await get("/link", cookie)).status).toBe(401);
    expect((await get("/link", `Authorization: Bearer ${key}`)).status).toBe(401);
  });

  test.each([
    "http://attacker.example",
    "http://127.0.0.1:1",
    "http://127.0.0.1",
    "https://127.0.0.1:PORT",
    "http://localhost:PORT",
    "http://127.0.0.1:PORT.attacker.example",
    "http://127.0.0.1:PORT/",
    "null",
    "file://",
    "",
  ])("cross-site WebSocket: Origin %j is refused even with cookie and key", async (origin) => {
    const { cookie, key } = await trade();
    const answer = await upgrade("/link", `Origin: ${origin.replace("PORT", String(port))}`, cookie, keyLine(key));
    expect(answer.status).toBe(403);
    expect(links).toHaveLength(0);
  });

  test("needs Origin, Host, cookie and path", async () => {
    const { cookie, key } = await trade();
    expect((await upgrade("/link", cookie, keyLine(key))).status).toBe(403);
    expect((await upgrade("/link", ownOrigin(), keyLine(key))).status).toBe(401);
    const rebound = ["Host: attacker.example", "Origin: http://attacker.example"];
    expect((await upgrade("/link", ...rebound, cookie, keyLine(key))).status).toBe(403);
    expect((await upgrade("/", ownOrigin(), cookie, keyLine(key))).status).toBe(404);
    expect((await upgrade("/link?x", ownOrigin(), cookie, keyLine(key))).status).toBe(404);
    expect(links).toHaveLength(0);
  });

  test("a refused socket is closed by us, even when the other side never closes", async () => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined).resume();
    socket.write(`GET /link HTTP/1.1\r\n${hostLine()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await new Promise((resolve) => socket.once("end", resolve));
    // Only a socket that is gone on the other side answers bytes with a reset.
    const more = setInterval(() => socket.write("x"), 10);
    await closed;
    clearInterval(more);
  });

  test("a flood of refusals is one short line of log per second", async () => {
    const long = `Origin: http://${"x".repeat(10_000)}`;
    const startedAt = performance.now();
    for (let i = 0; i < 50; i++) expect((await upgrade("/link", long)).status).toBe(403);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(log.lines.length).toBeGreaterThan(0);
    expect(log.lines.length).toBeLessThanOrEqual(1 + Math.ceil(seconds));
    expect(JSON.stringify(log.lines[0]).length).toBeLessThan(1000);
  });

  test("carries text as text and bytes as bytes, and ends on a message that is too long", async () => {
    const { cookie, key } = await trade();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, ["culvert.1", `k.${key}`], {
      headers: { origin: `http://127.0.0.1:${port}`, cookie: cookie.slice("Cookie: ".length) },
    });
    await new Promise((resolve) => socket.once("open", resolve));
    const link = links[0]!;
    const received: unknown[] = [];
    const both = new Promise<void>((resolve) => {
      link.onMessage((message) => {
        if (received.push(message) === 2) resolve();
      });
    });
    const closed = new Promise((resolve) => link.onClose(() => resolve("closed")));
    socket.send("text ✓");
    socket.send(new Uint8Array([1, 2, 255]));
    const echoed = new Promise((resolve) => socket.once("message", (data, isBinary) => resolve([data, isBinary])));
    link.send(new Uint8Array([7]));
    expect(await echoed).toEqual([Buffer.from([7]), true]);
    await both;
    expect(received).toEqual(["text ✓", Buffer.from([1, 2, 255])]);
    socket.on("error", () => undefined);
    socket.send("x".repeat(LIMITS.controlMessage + 1));
    expect(await closed).toBe("closed");
    expect(received).toHaveLength(2);
  });
});

describe("listening", () => {
  test("a port in use is named", async () => {
    const taken = WebServer.listen({ port, pageFolder: folder, log: silentLog, onLink: () => undefined });
    await expect(taken).rejects.toMatchObject({ code: "port-in-use" });
  });

  test("ends with every socket, also one in the middle of its request", async () => {
    const { cookie } = await trade();
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.on("error", () => undefined).on("data", (chunk) => (said += String(chunk)));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(`GET / HTTP/1.1\r\n${hostLine()}\r\n`);
    // The half above was read before this.
    for (let i = 0; i < 2; i++) await get("/", cookie);
    await server.close();
    await closed;
    // Nobody waited until its time was up (408).
    expect(said).toBe("");
  });

  test("a page that was not built is named, and nothing stays open", async () => {
    const missing = WebServer.listen({
      port: 0,
      pageFolder: join(folder, "no"),
      log: silentLog,
      onLink: () => undefined,
    });
    await expect(missing).rejects.toMatchObject({ code: "storage" });
  });
});

describe("what one process may take", () => {
  /** 101 when the link opened, else the status of the refusal. */
  function dial(cookie: string, key: string): Promise<number | undefined> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, ["culvert.1", `k.${key}`], {
      headers: { origin: `http://127.0.0.1:${port}`, cookie: cookie.slice("Cookie: ".length) },
    });
    socket.on("error", () => undefined);
    return new Promise((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
    });
  }

  test("a 65th link is refused with 503", async () => {
    const { cookie, key } = await trade();
    for (let count = 0; count < 64; count++) expect(await dial(cookie, key)).toBe(101);
    expect(await dial(cookie, key)).toBe(503);
    expect(links).toHaveLength(64);
  });

  test("a refused Host has no place in the headers that go with the refusal", async () => {
    const { status, headers } = await get("/", "Host: evil.example");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers.get("content-security-policy")).not.toContain("evil");
  });
});
