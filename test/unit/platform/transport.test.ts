import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { CulvertError } from "../../../electron/base/errors.ts";
import { PlatformClient, type PlatformClientOptions } from "../../../electron/platform/client.ts";
import { MOST_ANSWER_BYTES } from "../../../electron/platform/exchange.ts";
import { type RawServer, sendJson, startRawServer } from "../../support/platform-server.ts";

/** The client against servers that are slow, broken, hostile or gone. */

const TOKEN = "fo1_VerySecretToken0123456789";
const VIEWER = { data: { viewer: { __typename: "User", email: "a@example.com", id: "1" } } };

let server: RawServer | undefined;
afterEach(async () => {
  await server?.dispose();
  server = undefined;
});

const pauses: number[] = [];

function clientOf(url: string, options: Partial<PlatformClientOptions> = {}): PlatformClient {
  pauses.length = 0;
  return new PlatformClient({
    endpoint: url,
    token: TOKEN,
    version: "1.2.3",
    random: () => 0.5,
    sleep: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
}

async function against(
  respond: Parameters<typeof startRawServer>[0],
  options?: Partial<PlatformClientOptions>,
): Promise<PlatformClient> {
  server = await startRawServer(respond);
  return clientOf(server.url, options);
}

async function failureOf(promise: Promise<unknown>): Promise<CulvertError> {
  const outcome = await promise.then(
    () => "no error",
    (error: unknown) => error,
  );
  expect(outcome).toHaveProperty("name", "CulvertError");
  const error = outcome as CulvertError;
  // No test of this file may see the token come back, whatever the server did.
  expect(describeDeep(error).toLowerCase()).not.toContain("verysecret");
  return error;
}

function describeDeep(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error)} ${describeDeep(error.cause)}`;
}

describe("the request", () => {
  test("carries token, version and JSON, and asks for the documented fields", async () => {
    const client = await against((res) => sendJson(res, VIEWER));
    expect(await client.viewer()).toEqual({ kind: "user", email: "a@example.com", id: "1" });
    expect(server?.headers[0]).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      "user-agent": "culvert/1.2.3",
      "content-type": "application/json; charset=utf-8",
    });
    expect(JSON.parse(server?.bodies[0] ?? "")).toMatchObject({
      query: expect.stringContaining("viewer"),
      variables: {},
    });
  });

  test("uses FlyV1 for a macaroon", async () => {
    const client = await against((res) => sendJson(res, VIEWER), { token: "fo1_a,fm2_b" });
    await client.viewer();
    expect(server?.headers[0]?.authorization).toBe("FlyV1 fm2_b,fo1_a");
  });

  test.each([
    ["http to another computer", "http://api.example/graphql"],
    ["another scheme", "ftp://127.0.0.1/graphql"],
    ["a password in the address", "https://user:verysecret@api.example/graphql"],
    ["no address", "graphql"],
    ["a name that only begins like loopback", "http://127.0.0.1.example/graphql"],
  ])("is never made with %s", (_, endpoint) => {
    expect(() => clientOf(endpoint)).toThrow(expect.objectContaining({ code: "endpoint-invalid" }));
    expect(() => clientOf(endpoint)).not.toThrow(/verysecret/);
  });
});

describe("no answer", () => {
  test("dead port: api-unreachable with the system's reason", async () => {
    const gone = await startRawServer(() => undefined);
    await gone.dispose();
    const error = await failureOf(clientOf(gone.url).viewer());
    expect(error).toMatchObject({ code: "api-unreachable", detail: expect.stringContaining("ECONNREFUSED") });
    expect(pauses).toEqual([]);
  });

  test("a server that says nothing: api-unreachable after the time-out", async () => {
    const client = await against(() => undefined, { timeoutMs: 50 });
    expect(await failureOf(client.viewer())).toMatchObject({
      code: "api-unreachable",
      detail: expect.stringContaining("did not answer"),
    });
    expect(server?.bodies).toHaveLength(1);
  });

  test("a server that stops in the middle of the body: api-unreachable after the time-out", async () => {
    const client = await against((res) => res.writeHead(200, { "content-type": "application/json" }).write('{"data"'), {
      timeoutMs: 50,
    });
    expect(await failureOf(client.viewer())).toMatchObject({ code: "api-unreachable" });
  });

  test("cancelled before, during the wait and during the body", async () => {
    const client = await against((res, count) => {
      if (count === 1) res.writeHead(200, { "content-type": "application/json" }).write("{");
    });
    expect(await failureOf(client.viewer(AbortSignal.abort()))).toMatchObject({ code: "cancelled" });
    expect(server?.bodies).toHaveLength(0);
    for (const requests of [1, 2]) {
      const abort = new AbortController();
      const pending = failureOf(client.viewer(abort.signal));
      while ((server?.bodies.length ?? 0) < requests) await new Promise(setImmediate);
      abort.abort();
      expect(await pending).toMatchObject({ code: "cancelled" });
    }
  });

  test("cancelled while waiting to ask again, with the real sleep", async () => {
    const abort = new AbortController();
    server = await startRawServer((res) => {
      res.writeHead(503).end();
      setImmediate(() => abort.abort());
    });
    const client = new PlatformClient({ endpoint: server.url, token: TOKEN, version: "1", random: () => 1 });
    expect(await failureOf(client.viewer(abort.signal))).toMatchObject({ code: "cancelled" });
  });
});

describe("asking again", () => {
  test.each([502, 503, 504])("a query after %i, at most three times, with jitter", async (status) => {
    const client = await against((res, count) => {
      if (count < 3) res.writeHead(status).end("busy");
      else sendJson(res, VIEWER);
    });
    expect(await client.viewer()).toMatchObject({ email: "a@example.com" });
    expect(pauses).toEqual([550, 550, 550]);
  });

  test("gives up after the third", async () => {
    const client = await against((res) => res.writeHead(503).end());
    expect(await failureOf(client.viewer())).toMatchObject({ code: "api-error", detail: "HTTP 503" });
    expect(server?.bodies).toHaveLength(4);
  });

  test("a query after a reset", async () => {
    const client = await against((res, count) => {
      if (count === 0) res.socket?.resetAndDestroy();
      else if (count === 1) res.destroy();
      else sendJson(res, VIEWER);
    });
    await client.viewer();
    expect(pauses).toHaveLength(2);
  });

  test.each([400, 404, 429, 500])("not after %i", async (status) => {
    const client = await against((res) => res.writeHead(status).end());
    await failureOf(client.viewer());
    expect(server?.bodies).toHaveLength(1);
  });

  test("never a mutation: nobody knows whether it was done", async () => {
    const client = await against((res, count) => {
      if (count === 0) res.writeHead(503).end();
      else res.socket?.resetAndDestroy();
    });
    const add = () => client.addPeer({ organizationId: "1", name: "a", publicKeyBase64: "x" });
    expect(await failureOf(add())).toMatchObject({ code: "api-error" });
    expect(await failureOf(add())).toMatchObject({ code: "api-unreachable" });
    expect(server?.bodies).toHaveLength(2);
    expect(pauses).toEqual([]);
  });
});

describe("status codes", () => {
  test.each([
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "api-error"],
    [429, "rate-limited"],
    [500, "api-error"],
    [204, "api-error"],
    [418, "api-error"],
  ])("%i is %s", async (status, code) => {
    const client = await against((res) => res.writeHead(status, { "fly-request-id": "01REQ" }).end());
    expect(await failureOf(client.viewer())).toMatchObject({ code, detail: `HTTP ${status}, request 01REQ` });
  });

  test("429 says how long to wait", async () => {
    const client = await against((res) => res.writeHead(429, { "retry-after": "30" }).end());
    expect(await failureOf(client.viewer())).toMatchObject({ code: "rate-limited", detail: "HTTP 429, wait 30 s" });
  });

  test("GraphQL errors are read in other answers too", async () => {
    const errors = [{ message: "gone", extensions: { code: "NOT_FOUND" } }];
    const client = await against((res) => sendJson(res, { errors }, 400));
    expect(await failureOf(client.viewer())).toMatchObject({ code: "not-found", detail: "gone" });
  });
});

describe("GraphQL errors in a 200", () => {
  test.each([
    ["UNAUTHORIZED", "unauthorized"],
    ["FORBIDDEN", "forbidden"],
    ["NOT_FOUND", "not-found"],
    ["RATE_LIMITED", "rate-limited"],
    ["INVALID", "api-error"],
    ["UNPROCESSABLE", "api-error"],
    ["INVALID_ARGUMENTS", "api-error"],
    ["MAINTENANCE", "api-error"],
    ["SERVER_ERROR", "api-error"],
    ["INTERNAL_SERVER_ERROR", "api-error"],
    ["SERVICE_UNAVAILABLE", "api-error"],
    ["UNCHANGED", "api-error"],
    ["constructor", "api-error"],
    [undefined, "api-error"],
    [42, "api-error"],
  ])("%s is %s", async (extension, code) => {
    const errors = [{ message: "Words of the platform", path: ["viewer"], extensions: { code: extension } }];
    const client = await against((res) => sendJson(res, { data: null, errors }, 200, { "fly-request-id": "01REQ" }));
    expect(await failureOf(client.viewer())).toMatchObject({ code, detail: "Words of the platform, request 01REQ" });
  });

  test("for a peer: what the platform does not want is peer-rejected, its own trouble is not", async () => {
    const codes = ["UNPROCESSABLE", "INVALID", undefined, "SERVER_ERROR", "UNAUTHORIZED"];
    const client = await against((res, count) => {
      const errors = [{ message: "no", extensions: { code: codes[count] } }];
      sendJson(res, { data: { addWireGuardPeer: null }, errors });
    });
    const seen: string[] = [];
    for (const _ of codes)
      seen.push((await failureOf(client.addPeer({ organizationId: "1", name: "a", publicKeyBase64: "x" }))).code);
    expect(seen).toEqual(["peer-rejected", "peer-rejected", "peer-rejected", "api-error", "unauthorized"]);
  });

  test("a mutation with data and errors failed", async () => {
    const data = { addWireGuardPeer: { peerip: "fdaa::2", endpointip: "h", pubkey: "k" } };
    const client = await against((res) => sendJson(res, { data, errors: [{ message: "half" }] }));
    const error = await failureOf(client.addPeer({ organizationId: "1", name: "a", publicKeyBase64: "x" }));
    expect(error).toMatchObject({ code: "peer-rejected", detail: "half" });
  });

  test("an error of one element of a list costs that element only", async () => {
    const organizations = {
      nodes: [null, { id: "1", slug: "b", name: "B", type: "SHARED" }],
      pageInfo: { hasNextPage: false, endCursor: "x" },
    };
    const errors = [{ message: "needs single sign-on", path: ["organizations", "nodes", 0] }];
    const client = await against((res) => sendJson(res, { data: { organizations }, errors }));
    expect(await client.organizations()).toEqual([{ id: "1", slug: "b", name: "B", kind: "shared" }]);
  });

  test("an error of the whole list is not an empty list", async () => {
    const organizations = { nodes: null, pageInfo: { hasNextPage: false, endCursor: null } };
    const errors = [
      { message: "list is down", path: ["organizations", "nodes"], extensions: { code: "SERVER_ERROR" } },
    ];
    const client = await against((res) => sendJson(res, { data: { organizations }, errors }));
    expect(await failureOf(client.organizations())).toMatchObject({ code: "api-error", detail: "list is down" });
  });

  test("errors without any form", async () => {
    const answers = [{ errors: [{}] }, { errors: "no" }, { errors: [null] }, { errors: [] }, { data: 5 }, [], 7, null];
    const client = await against((res, count) => sendJson(res, answers[count]));
    for (const _ of answers) expect(await failureOf(client.viewer())).toMatchObject({ code: "api-error" });
  });
});

describe("answers of a wrong form", () => {
  test.each<[string, unknown]>([
    ["a missing field", { viewer: { __typename: "User", id: "1" } }],
    ["a number for text", { viewer: { __typename: "User", id: "1", email: 7 } }],
    ["null where there must be something", { viewer: null }],
    ["a list for an object", { viewer: [] }],
    ["nothing", {}],
  ])("%s: api-error that names the place", async (_, data) => {
    const client = await against((res) => sendJson(res, { data }));
    expect(await failureOf(client.viewer())).toMatchObject({
      code: "api-error",
      detail: expect.stringMatching(/^the answer has an unexpected form at viewer/),
    });
  });

  test("more fields than asked for, and new words of the platform, are no error", async () => {
    const viewer = { __typename: "Robot", email: "r@example.com", more: 1 };
    const client = await against((res) => sendJson(res, { data: { viewer, more: 2 }, extensions: {} }));
    expect(await client.viewer()).toEqual({ kind: "token", email: "r@example.com", id: null });
  });

  test("HTML, and text that is no JSON: named by its type, not quoted", async () => {
    const client = await against((res) =>
      res.writeHead(200, { "content-type": "text/html; charset=x" }).end(`<html>${TOKEN}`),
    );
    expect(await failureOf(client.viewer())).toMatchObject({
      code: "api-error",
      detail: "the answer is not GraphQL but text/html",
    });
  });

  test("a huge body is not read to its end", async () => {
    let sent = 0;
    const client = await against((res) => {
      res.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const more = (): void => {
        sent += chunk.length;
        if (!res.destroyed && sent < 64 * 1024 * 1024) res.write(chunk, () => setImmediate(more));
      };
      more();
    });
    const error = await failureOf(client.viewer());
    expect(error).toMatchObject({ code: "api-error", detail: "the answer is larger than 8 MiB" });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test("nor is a small one that unpacks to a huge one", async () => {
    const bomb = gzipSync(Buffer.alloc(MOST_ANSWER_BYTES + 1, 0x20));
    const client = await against((res) => res.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    expect(await failureOf(client.viewer())).toMatchObject({ code: "api-error", detail: /larger/ });
  });

  test("the remote's words are one bounded line without the token", async () => {
    const message = `bad\u0000 token\n\u202e ${TOKEN} and ${TOKEN.slice(4).toUpperCase()} ${"x".repeat(5000)}`;
    const client = await against((res) => sendJson(res, { errors: [{ message }] }, 200, { "fly-request-id": TOKEN }));
    const { detail = "" } = await failureOf(client.viewer());
    expect(detail).toMatch(/^bad token \[token\] and \[token\] x+…, request \[token\]$/);
    expect(detail.length).toBeLessThan(450);
  });
});

describe("redirects", () => {
  test("to another origin are refused: the token stays here", async () => {
    const other = await startRawServer((res) => sendJson(res, VIEWER));
    const client = await against((res) => res.writeHead(307, { location: other.url }).end());
    expect(await failureOf(client.viewer())).toMatchObject({ code: "api-error", detail: /redirects to 127\.0\.0\.1/ });
    expect(other.bodies).toHaveLength(0);
    await other.dispose();
  });

  test("on the same origin are followed with method and body, a few times", async () => {
    const client = await against((res, count) => {
      if (count < 2) res.writeHead(308, { location: `/v${count}` }).end();
      else sendJson(res, VIEWER);
    });
    await client.viewer();
    expect(new Set(server?.bodies).size).toBe(1);
    const circle = await startRawServer((res) => res.writeHead(307, { location: "/graphql" }).end());
    expect(await failureOf(clientOf(circle.url).viewer())).toMatchObject({ code: "api-error" });
    expect(circle.bodies.length).toBeLessThan(10);
    await circle.dispose();
  });

  test.each([
    ["one that would turn the request into a GET", 302, "/graphql"],
    ["one to nowhere", 307, "http://["],
    ["one without a place", 307, undefined],
  ])("%s is refused", async (_, status, location) => {
    const client = await against((res) => res.writeHead(status, location === undefined ? {} : { location }).end());
    expect(await failureOf(client.viewer())).toMatchObject({ code: "api-error" });
    expect(server?.bodies).toHaveLength(1);
  });

  test("a token in the place of a redirect is not shown", async () => {
    const client = await against((res) => res.writeHead(307, { location: `https://${TOKEN.slice(4)}.example/` }).end());
    expect(await failureOf(client.viewer())).toMatchObject({ detail: expect.stringContaining("[token].example") });
  });
});

describe("paging", () => {
  const page = (names: string[], pageInfo: object): object => ({
    data: { organizations: { nodes: names.map((id) => ({ id, slug: id, name: id, type: "SHARED" })), pageInfo } },
  });

  test("goes on with the cursor until there is no next page", async () => {
    const client = await against((res, count) =>
      sendJson(res, page([`n${count}`], { hasNextPage: count < 2, endCursor: `c${count}` })),
    );
    expect((await client.organizations()).map(({ id }) => id)).toEqual(["n0", "n1", "n2"]);
    const after = server?.bodies.map((body) => JSON.parse(body).variables.after);
    expect(after).toEqual([null, "c0", "c1"]);
  });

  test.each([
    ["the same cursor twice", "same"],
    ["no cursor", null],
  ])("%s is an error, not an endless list", async (_, endCursor) => {
    const client = await against((res) => sendJson(res, page(["n"], { hasNextPage: true, endCursor })));
    expect(await failureOf(client.organizations())).toMatchObject({ code: "api-error", detail: "the list never ends" });
    expect(server?.bodies.length).toBeLessThan(4);
  });

  test("a list that goes on for ever is cut, and the log says so", async () => {
    const warned: string[] = [];
    const nothing = (): void => undefined;
    const log = { debug: nothing, info: nothing, warn: (event: string) => warned.push(event), error: nothing };
    const client = await against(
      (res, count) => sendJson(res, page([`n${count}`], { hasNextPage: true, endCursor: `c${count}` })),
      { log },
    );
    expect((await client.organizations()).length).toBe(server?.bodies.length);
    expect(warned).toEqual(["platform.list-cut"]);
  });

  test("#4 of a page no more is taken than was asked for, and the log says so", async () => {
    const warned: string[] = [];
    const nothing = (): void => undefined;
    const log = { debug: nothing, info: nothing, warn: (event: string) => warned.push(event), error: nothing };
    const names = Array.from({ length: 5_000 }, (_, i) => `n${i}`);
    const client = await against(
      (res, count) => sendJson(res, page(names, { hasNextPage: count < 1, endCursor: `c${count}` })),
      { log },
    );
    expect(await client.organizations()).toHaveLength(200);
    expect(warned).toEqual(["platform.list-cut"]);
  });
});

describe("rows of a list", () => {
  const answer = (of: string, nodes: object[]): object => {
    const list = { nodes, pageInfo: { hasNextPage: false, endCursor: null } };
    return {
      data: { [of]: of === "app" ? { machines: list } : of === "organization" ? { wireGuardPeers: list } : list },
    };
  };
  const APP = { id: "1", name: "web", status: "running", network: null, organization: { slug: "o" } };
  const MACHINE = { id: "1", name: "m", region: "ams", state: "started", ips: { nodes: [] } };
  const PEER = { id: "1", name: "p", pubkey: "k", region: "ams", peerip: "fdaa::1", network: null };
  const ORGANIZATION = { id: "1", slug: "o", name: "o", type: "SHARED" };
  const odd = ["x".repeat(101), ""].map((id) => ({ id }));

  test.each([
    ["apps", APP, [{ name: "" }, { name: "x".repeat(201) }], (client: PlatformClient) => client.apps("1")],
    ["app", MACHINE, [], (client: PlatformClient) => client.machines("web")],
    ["organization", PEER, [{ name: "" }], (client: PlatformClient) => client.peers("o")],
    ["organizations", ORGANIZATION, [{ slug: "" }], (client: PlatformClient) => client.organizations()],
  ])(
    "#4 that the contract does not take are left out and counted, the others of %s are there",
    async (of, row, more, ask) => {
      const warned: unknown[] = [];
      const nothing = (): void => undefined;
      const warn = (...what: unknown[]) => warned.push(what);
      const log = { debug: nothing, info: nothing, warn, error: nothing };
      const rows = [...odd, ...more].map((fields) => ({ ...row, ...fields }));
      const client = await against((res) => sendJson(res, answer(of, [...rows, row])), { log });
      expect((await ask(client)).map(({ id }) => id)).toEqual(["1"]);
      expect(warned).toEqual([["platform.rows-left-out", { leftOut: rows.length, kept: 1 }]]);
    },
  );

  test("#26 hide and turn nothing in what is only shown, and it is short", async () => {
    const region = "a\u202ems";
    const client = await against((res) =>
      sendJson(
        res,
        answer("app", [{ ...MACHINE, name: `m\u200b${"x".repeat(5_000)}`, region, state: "start\u0007ed" }]),
      ),
    );
    const [machine] = await client.machines("web");
    expect(machine).toMatchObject({ region: "ams", state: "started", name: expect.stringMatching(/^mx{190,199}$/) });
  });
});

describe("certificates", () => {
  const input = {
    organizationId: "1",
    appNames: ["api"],
    principals: ["root"],
    publicKey: "ssh-ed25519 A",
    validHours: 1,
  };

  test("are one line of the one kind we asked for", async () => {
    const line = "ssh-ed25519-cert-v01@openssh.com AAAAIHNz me@example.com";
    const client = await against((res) => sendJson(res, { data: { issueCertificate: { certificate: `${line}\n` } } }));
    expect(await client.issueCertificate(input)).toBe(line);
    expect(JSON.parse(server?.bodies[0] ?? "").variables).toEqual({ input });
  });

  test.each(["", "ssh-ed25519 AAAA", "ssh-ed25519-cert-v01@openssh.com AAAA\nssh-ed25519 AAAA", "-----BEGIN"])(
    "anything else is refused: %j",
    async (certificate) => {
      const client = await against((res) => sendJson(res, { data: { issueCertificate: { certificate } } }));
      expect(await failureOf(client.issueCertificate(input))).toMatchObject({ code: "api-error" });
    },
  );
});
