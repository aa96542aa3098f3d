import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ManualClock } from "../../../electron/base/clock.ts";
import { type DemoApi, startDemoApi } from "../../../electron/demo/api.ts";
import { createWorld, type World } from "../../../electron/demo/world.ts";
import {
  formatPublicKey,
  keyPairFromSeed,
  parseCertificate,
  parsePublicKey,
  verifyCertificate,
} from "../../../electron/ssh/certificates.ts";

/** The demo's server as anybody may talk to it: flyctl, a browser's page, a port scanner. */

let world: World;
let api: DemoApi;
const clock = new ManualClock();

beforeEach(async () => {
  world = createWorld(new Uint8Array(32).fill(5));
  api = await startDemoApi({ world, endpoint: () => "127.0.0.1:51999", clock });
});

afterEach(() => api.dispose());

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** A plain HTTP request, so that headers a browser or fetch would not let through can be sent. */
function send(options: {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}): Promise<Answer> {
  const url = new URL(api.url);
  return new Promise((resolve, reject) => {
    const req = request(
      {
        host: url.hostname,
        port: url.port,
        method: options.method ?? "POST",
        path: options.path ?? url.pathname,
        headers: { "content-type": "application/json", authorization: `Bearer ${world.token}`, ...options.headers },
      },
      (res) => {
        let text = "";
        res.setEncoding("utf8");
        res.on("data", (part: string) => {
          text += part;
        });
        res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }));
      },
    );
    req.on("error", reject);
    req.end(options.body ?? JSON.stringify({ query: "{ viewer { email } }" }));
  });
}

interface GraphqlAnswer {
  data: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown[]; extensions?: { code?: string } }[];
}

async function ask(
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer> {
  const answer = await send({ body: JSON.stringify({ query, variables }), headers });
  expect(answer.status).toBe(200);
  expect(answer.headers["fly-request-id"]).toMatch(/^demo-/);
  return JSON.parse(answer.text) as GraphqlAnswer;
}

function codeOf(answer: GraphqlAnswer): string | undefined {
  return answer.errors?.[0]?.extensions?.code;
}

function northwind(): string {
  return world.organization("northwind-labs")?.id ?? "";
}

describe("who may ask", () => {
  test.each(["", "Bearer ", "Bearer wrong", "Basic eDp5", "FlyV1 fm2_x,fo1_y", "Bearer fo1_a b"])(
    "authorization %j: UNAUTHORIZED in a 200, as the platform answers",
    async (authorization) => {
      const answer = await ask("{ viewer { email } }", {}, { authorization });
      expect(answer.data).toBeNull();
      expect(codeOf(answer)).toBe("UNAUTHORIZED");
    },
  );

  test("the token's beginning or its scheme alone is not enough", async () => {
    for (const token of [world.token.slice(0, -1), `${world.token}x`, world.token.toLowerCase()])
      expect(codeOf(await ask("{ viewer { email } }", {}, { authorization: `Bearer ${token}` }))).toBe("UNAUTHORIZED");
  });

  test.each<[string, number, Parameters<typeof send>[0]]>([
    ["a page of another origin", 403, { headers: { origin: "https://evil.example" } }],
    ["an origin that only looks local", 403, { headers: { origin: "http://localhost.evil.example" } }],
    ["a page of another server on this computer", 403, { headers: { origin: "http://127.0.0.1:5173" } }],
    ["a sandboxed page", 403, { headers: { origin: "null" } }],
    ["a host name that was bent to this address", 421, { headers: { host: "evil.example" } }],
    ["a form", 415, { headers: { "content-type": "text/plain" } }],
    ["a form in another dress", 415, { headers: { "content-type": "application/jsonp" } }],
    ["a preflight", 405, { method: "OPTIONS", body: "" }],
    ["a link", 405, { method: "GET", path: "/graphql?query={viewer{email}}", body: "" }],
    ["another path", 404, { path: "/" }],
    ["a body that is no JSON", 400, { body: "{" }],
    ["a batch", 400, { body: '[{"query":"{viewer{email}}"}]' }],
    ["a query that is no text", 400, { body: '{"query":1}' }],
    ["a huge body", 413, { body: JSON.stringify({ query: " ".repeat(300 * 1024) }) }],
  ])("%s gets %i and nothing else", async (_, status, options) => {
    const answer = await send(options).catch((error: NodeJS.ErrnoException) => {
      // The server may answer and hang up before the whole of a huge body is sent.
      if (status === 413 && (error.code === "EPIPE" || error.code === "ECONNRESET")) return undefined;
      throw error;
    });
    if (answer === undefined) return;
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(world.viewer.email);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("still answers after garbage", async () => {
    await send({ body: "\u0000" });
    expect((await ask("{ viewer { email } }")).errors).toBeUndefined();
  });
});

describe("GraphQL", () => {
  test.each([
    ["syntax", "{"],
    ["an unknown field", "{ viewer { shoeSize } }"],
    ["a missing argument", "mutation { removeWireGuardPeer(input: {}) { clientMutationId } }"],
    ["no operation", "fragment A on User { id }"],
  ])("an error of %s is an answer", async (_, query) => {
    const answer = await ask(query);
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect(answer.data ?? null).toBeNull();
  });

  test("the demo's own failure is one sentence, without its reason", async () => {
    await api.dispose();
    const signCertificate = (): string => {
      throw new Error("secret reason");
    };
    api = await startDemoApi({ world, endpoint: () => "", signCertificate });
    const publicKey = formatPublicKey(keyPairFromSeed(new Uint8Array(32).fill(1)).publicKey);
    const answer = await ask(
      "mutation ($input: IssueCertificateInput!) { issueCertificate(input: $input) { certificate } }",
      { input: { organizationId: northwind(), publicKey } },
    );
    expect(answer.errors).toMatchObject([{ message: "Something went wrong", extensions: { code: "SERVER_ERROR" } }]);
    expect(JSON.stringify(answer)).not.toContain("secret reason");
  });

  test("aliases and fields of the platform's own command line", async () => {
    const app = await ask(`{ appcompact: app(name: "api") {
      id internalNumericId name hostname deployed status appUrl platformVersion
      organization { id internalNumericId slug rawSlug paidPlan } postgresAppRole: role { name } } }`);
    expect(app.errors).toBeUndefined();
    expect(app.data).toMatchObject({ appcompact: { name: "api", organization: { slug: "northwind-labs" } } });
    const details = await ask(`{ organizationdetails: organization(slug: "personal") {
      id slug rawSlug name type viewerRole internalNumericId remoteBuilderImage remoteBuilderApp { name }
      members { edges { cursor node { id name email } joinedAt role } } } }`);
    expect(details.errors).toBeUndefined();
    expect(details.data).toMatchObject({ organizationdetails: { slug: "personal", type: "PERSONAL" } });
    const id = world.machinesOf("api")[0]?.id ?? "";
    const machine = await ask(
      `query ($id: String!) { gqlmachine: machine(machineId: $id) { id state app { name } config ips { nodes { kind ip } } } }`,
      { id },
    );
    expect(machine.data).toMatchObject({ gqlmachine: { id, app: { name: "api" } } });
    const list = await ask(`{ apps(type: "container", first: 200) { pageInfo { hasNextPage endCursor }
      nodes { id name deployed hostname platformVersion organization { slug name } currentRelease { createdAt status } status } } }`);
    expect(list.errors).toBeUndefined();
  });

  test("an unknown peer is an error, an unknown app null with an error", async () => {
    const peer = await ask(`{ organization(slug: "personal") { wireGuardPeer(name: "x") { id } } }`);
    expect(codeOf(peer)).toBe("NOT_FOUND");
    const app = await ask(`{ app(name: "nothing") { id } }`);
    expect([app.data, codeOf(app)]).toEqual([{ app: null }, "NOT_FOUND"]);
  });

  test("machines start and stop", async () => {
    const id = world.machinesOf("cron")[0]?.id ?? "";
    const started = await ask(
      "mutation ($input: StartMachineInput!) { startMachine(input: $input) { clientMutationId machine { state } } }",
      { input: { id, clientMutationId: "mark" } },
    );
    expect(started.data).toEqual({ startMachine: { clientMutationId: "mark", machine: { state: "started" } } });
    expect(world.machine(id)?.state).toBe("started");
    const app = await ask(`{ app(name: "cron") { status } }`);
    expect(app.data).toEqual({ app: { status: "deployed" } });
  });
});

describe("pages", () => {
  const QUERY = `query ($first: Int, $after: String, $last: Int, $before: String) {
    apps(first: $first, after: $after, last: $last, before: $before) {
      nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

  interface AppsPage {
    nodes: { name: string }[];
    totalCount: number;
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  }

  async function page(variables: object): Promise<AppsPage> {
    const answer = await ask(QUERY, variables);
    expect(answer.errors).toBeUndefined();
    return answer.data?.["apps"] as AppsPage;
  }

  const names = (apps: AppsPage): string[] => apps.nodes.map(({ name }) => name);

  test("forwards, each item once", async () => {
    const all = world.apps.map(({ name }) => name);
    const seen: string[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const apps: AppsPage = await page({ first: 3, after });
      expect(apps.totalCount).toBe(all.length);
      expect(apps.nodes.length).toBeLessThanOrEqual(3);
      seen.push(...names(apps));
      after = apps.pageInfo.endCursor;
      more = apps.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(all);
  });

  test("backwards", async () => {
    const all = world.apps.map(({ name }) => name);
    const end = await page({ last: 2 });
    expect(names(end)).toEqual(all.slice(-2));
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(names(await page({ last: 2, before: end.pageInfo.startCursor }))).toEqual(all.slice(-4, -2));
  });

  test("of no items, and after the last", async () => {
    expect(await page({ first: 0 })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true, endCursor: null } });
    const { pageInfo } = await page({ first: 100 });
    expect(await page({ after: pageInfo.endCursor })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
  });

  test.each([{ first: -1 }, { last: -1 }, { after: "nonsense" }, { before: "nonsense" }])(
    "%j is refused",
    async (v) => {
      expect(codeOf(await ask(QUERY, v))).toBe("INVALID_ARGUMENTS");
    },
  );

  test("are never longer than the cap", async () => {
    await api.dispose();
    api = await startDemoApi({ world, endpoint: () => "", mostPerPage: 2 });
    expect((await page({})).nodes).toHaveLength(2);
    expect((await page({ first: 100 })).nodes).toHaveLength(2);
    expect(names(await page({ last: 100 }))).toEqual(world.apps.slice(-2).map(({ name }) => name));
  });
});

describe("certificates", () => {
  const user = keyPairFromSeed(new Uint8Array(32).fill(7));
  const MUTATION = "mutation ($input: IssueCertificateInput!) { issueCertificate(input: $input) { certificate } }";
  const publicKey = formatPublicKey(user.publicKey, "me@laptop");

  async function issue(input: object): Promise<GraphqlAnswer> {
    return ask(MUTATION, { input: { organizationId: northwind(), publicKey, ...input } });
  }

  test("are signed by the demo's authority for the key, names and hours that were asked for", async () => {
    const answer = await issue({ principals: ["root", "fly"], appNames: ["api"], validHours: 2 });
    const { line } = z
      .object({ issueCertificate: z.object({ certificate: z.string() }) })
      .transform(({ issueCertificate }) => ({ line: issueCertificate.certificate }))
      .parse(answer.data);
    const certificate = parseCertificate(line);
    if (certificate === undefined) throw new Error(`no certificate: ${line}`);
    const now = Math.floor(clock.wall() / 1000);
    expect(certificate).toMatchObject({ type: "user", keyId: world.viewer.email, principals: ["root", "fly"] });
    expect(Buffer.from(certificate.publicKey)).toEqual(Buffer.from(user.publicKey));
    expect(Number(certificate.validBefore)).toBe(now + 7200);
    expect(Number(certificate.validAfter)).toBeLessThan(now);
    expect([...certificate.extensions.keys()]).toContain("permit-pty");
    const trustedCas = [keyPairFromSeed(world.caSeed).publicKey];
    expect(verifyCertificate(certificate, { trustedCas, principal: "root", nowSeconds: now })).toEqual({ ok: true });
    expect(verifyCertificate(certificate, { trustedCas, principal: "admin", nowSeconds: now }).ok).toBe(false);
    expect(verifyCertificate(certificate, { trustedCas, principal: "root", nowSeconds: now + 7200 }).ok).toBe(false);
  });

  test("the authority is the one that the organization names", async () => {
    const answer = await ask(
      `{ organization(slug: "northwind-labs") { sshCertificate loggedCertificates { nodes { root cert } } } }`,
    );
    const { organization } = z.object({ organization: z.object({ sshCertificate: z.string() }) }).parse(answer.data);
    expect(Buffer.from(parsePublicKey(organization.sshCertificate) ?? [])).toEqual(
      Buffer.from(keyPairFromSeed(world.caSeed).publicKey),
    );
  });

  test.each<[string, object, string]>([
    ["no key", { publicKey: null }, "INVALID_ARGUMENTS"],
    ["a key of another kind", { publicKey: "ssh-rsa AAAAB3NzaC1yc2E=" }, "INVALID_ARGUMENTS"],
    ["no principals", { principals: [] }, "INVALID_ARGUMENTS"],
    ["a principal that is no login name", { principals: ["root,admin"] }, "INVALID_ARGUMENTS"],
    ["no time", { validHours: 0 }, "INVALID_ARGUMENTS"],
    ["too much time", { validHours: 73 }, "INVALID_ARGUMENTS"],
    ["another organization's app", { appNames: ["notes"] }, "NOT_FOUND"],
    ["an unknown app", { appNames: ["nothing"] }, "NOT_FOUND"],
    ["an unknown organization", { organizationId: "x" }, "NOT_FOUND"],
  ])("are not made with %s", async (_, input, code) => {
    expect(codeOf(await issue(input))).toBe(code);
  });
});

describe("the port", () => {
  test("in use: a coded error", async () => {
    const port = Number(new URL(api.url).port);
    await expect(startDemoApi({ world, endpoint: () => "", port })).rejects.toMatchObject({ code: "port-in-use" });
  });

  test("is free again after dispose, also with a connection open", async () => {
    const port = Number(new URL(api.url).port);
    await ask("{ viewer { email } }");
    await api.dispose();
    api = await startDemoApi({ world, endpoint: () => "", port });
    expect(new URL(api.url).port).toBe(String(port));
  });
});
