import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CulvertError } from "../../electron/base/errors.ts";
import { prefixContains } from "../../electron/base/ip-address.ts";
import { PlatformClient } from "../../electron/platform/client.ts";
import { parseEndpoint, peerConfig } from "../../electron/platform/peer-config.ts";
import { parseCredential, redact } from "../../electron/platform/token.ts";
import { seed } from "../support/seed.ts";

const RUNS = { seed: seed(), numRuns: 500 };

const TOKEN = "fo1_VerySecretToken0123456789";

/** Every call of the client, so that each document's answer is fuzzed. */
const CALLS: Readonly<Record<string, (client: PlatformClient) => Promise<unknown>>> = {
  viewer: (client) => client.viewer(),
  organizations: (client) => client.organizations(),
  apps: (client) => client.apps("1"),
  app: (client) => client.app("a"),
  machines: (client) => client.machines("a"),
  nearestRegion: (client) => client.nearestRegion(),
  platform: (client) => client.regions(),
  organization: (client) => client.peers("a"),
  addWireGuardPeer: (client) => client.addPeer({ organizationId: "1", name: "a", publicKeyBase64: "x" }),
  removeWireGuardPeer: (client) => client.removePeer({ organizationId: "1", name: "a" }),
  validateWireGuardPeers: (client) => client.validatePeers(["fdaa::1"]),
  issueCertificate: (client) =>
    client.issueCertificate({ organizationId: "1", appNames: [], principals: [], publicKey: "", validHours: 1 }),
};

function clientAnswering(text: string, status = 200): PlatformClient {
  const answer: typeof fetch = () => Promise.resolve(new Response(text, { status }));
  return new PlatformClient({
    endpoint: "https://api.example/graphql",
    token: TOKEN,
    version: "0",
    fetch: answer,
    sleep: () => Promise.resolve(),
  });
}

async function survives(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(CulvertError);
    expect(error).not.toMatchObject({ code: "internal" });
    expect(String(error)).not.toContain(TOKEN.slice(4));
  }
}

/** Answers that are nearly right: the right names in the wrong places, and any JSON below. */
const NAMES = fc.constantFrom(
  ...Object.keys(CALLS),
  ...["nodes", "pageInfo", "hasNextPage", "endCursor", "id", "slug", "name", "type", "machines", "wireGuardPeers"],
  ...["ips", "regions", "code", "email", "__typename", "peerip", "pubkey", "certificate", "organization", "__proto__"],
);
const { node: NEARLY } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, true, false, 0, -1, 1e308, "", "fdaa::1", "User", TOKEN),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(NAMES, tie("node"), { maxKeys: 6 }),
  ),
}));
const CALL = fc.constantFrom(...Object.values(CALLS));

describe("whatever the API answers", () => {
  test("any JSON becomes a result or a coded error without the token", async () => {
    const envelope = fc.record({ data: NEARLY, errors: NEARLY, extensions: NEARLY }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(envelope, NEARLY), CALL, (body, call) =>
        survives(() => call(clientAnswering(JSON.stringify(body)))),
      ),
      RUNS,
    );
  });

  test("so does any text with any status", async () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json(), fc.constant(TOKEN));
    const status = fc.constantFrom(200, 206, 300, 302, 304, 307, 400, 401, 403, 404, 429, 500, 502, 503, 599);
    await fc.assert(
      fc.asyncProperty(text, status, CALL, (body, code, call) =>
        survives(() => call(clientAnswering(code === 304 ? "" : body, code === 304 ? 400 : code))),
      ),
      RUNS,
    );
  });
});

describe("peer arithmetic", () => {
  const hostish = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef:.[]%/-_ x\u0000") }),
    fc.ipV4().chain((ip) => fc.nat(70_000).map((port) => `${ip}:${port}`)),
    fc.ipV6().chain((ip) => fc.nat(70_000).map((port) => `[${ip}]:${port}`)),
    fc.domain().chain((name) => fc.nat(70_000).map((port) => `${name}:${port}`)),
  );

  test("an endpoint is a host without brackets and a port in range, or nothing", () => {
    fc.assert(
      fc.property(hostish, (text) => {
        const endpoint = parseEndpoint(text);
        if (endpoint === undefined) return;
        expect(endpoint.host).toMatch(/^[^\s[\]%/]+$/);
        expect(endpoint.port).toBeGreaterThan(0);
        expect(endpoint.port).toBeLessThan(65536);
        const again = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
        const { host, port } = endpoint;
        expect(parseEndpoint(`${again}:${port}`)).toEqual({ host, port, websocketPort: port });
      }),
      RUNS,
    );
  });

  test("every IPv6 peer address lies in its own AllowedIPs, with DNS at ::3", () => {
    const pubkey = Buffer.alloc(32, 1).toString("base64");
    fc.assert(
      fc.property(fc.ipV6(), (peerip) => {
        const config = peerConfig({ peerip, endpointip: "h", pubkey });
        const [network] = config.allowedIps;
        expect(network && prefixContains(network, config.address)).toBe(true);
        expect(network && prefixContains(network, config.dns)).toBe(true);
        expect([...config.dns.bytes.subarray(6)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
      }),
      RUNS,
    );
  });

  test("anything else throws a coded error", () => {
    fc.assert(
      fc.property(fc.string(), hostish, fc.string(), (peerip, endpointip, pubkey) => {
        try {
          peerConfig({ peerip, endpointip, pubkey });
        } catch (error) {
          expect(error).toMatchObject({ name: "CulvertError", code: "api-error" });
        }
      }),
      RUNS,
    );
  });
});

test("any pasted credential is refused or becomes a header that HTTP can carry, and redacts itself", () => {
  const part = fc.tuple(fc.constantFrom("", "FlyV1 ", "Bearer  "), fc.constantFrom("fm2_", "fo1_", ""), fc.string());
  const text = fc.array(part.map((pieces) => pieces.join(""))).map((parts) => parts.join(" ,"));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (pasted) => {
      let credential: ReturnType<typeof parseCredential>;
      try {
        credential = parseCredential(pasted);
      } catch (error) {
        expect(error).toMatchObject({ name: "CulvertError", code: "unauthorized" });
        return;
      }
      expect(new Headers({ authorization: credential.authorization }).get("authorization")).toBe(
        credential.authorization,
      );
      for (const token of credential.tokens.filter(({ length }) => length >= 12))
        expect(redact(`x ${token} y`, credential)).not.toContain(token);
    }),
    RUNS,
  );
});
