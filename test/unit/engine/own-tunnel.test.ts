import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../electron/base/clock.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { startDemoCloud } from "../../../electron/demo/cloud.ts";
import { PlatformBackend } from "../../../electron/engine/backends/platform-backend.ts";
import type { CarrierChoice } from "../../../electron/engine/carriers/carrier.ts";
import { withOwnTunnel } from "../../../electron/engine/own-tunnel.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { formatConfigFile } from "../../../electron/wireguard/config-text.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const signal = new AbortController().signal;
const close: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const each of close.splice(0)) await each();
});

test.each([
  { carrier: "websocket", udpBlocked: false, over: "websocket" },
  { carrier: "websocket", udpBlocked: true, over: "websocket" },
  { carrier: "auto", udpBlocked: true, over: "websocket" },
  { carrier: "auto", udpBlocked: false, over: "udp" },
  { carrier: "udp", udpBlocked: false, over: "udp" },
  { carrier: undefined, udpBlocked: false, over: "udp" },
] as const)("a command's tunnel: $carrier asked for, UDP blocked: $udpBlocked, goes over $over", async (row) => {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(3) });
  close.push(() => cloud.dispose());
  const client = new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" });
  const shared = { accountId: "demo", store: new MemoryStore(), clock: systemClock, onPeerGone: () => undefined };
  const app = cloud.apps.find(({ network }) => network === null)!;
  const backend = new PlatformBackend({ ...shared, client });
  const { spec } = await backend.prepareTunnel(app.organization, app.name, signal);
  // A file as anybody has it: it says nothing of a WebSocket.
  const configText = formatConfigFile({
    interface: {
      privateKey: spec.privateKey,
      addresses: spec.addresses.map((address) => ({ address, length: 120 })),
      dns: spec.dns,
      searchDomains: [],
    },
    peers: spec.peers.map(({ publicKey, allowedIps, endpoint }) => ({
      publicKey,
      allowedIps,
      endpoint: { host: endpoint!.host, port: endpoint!.port },
    })),
  });
  cloud.gatewayControl.set({ udpBlocked: row.udpBlocked });
  const carrier: { carrier?: CarrierChoice } = row.carrier === undefined ? {} : { carrier: row.carrier };
  const options = { configText, captureLimitBytes: 0, signal, clock: systemClock, log: silentLog, ...carrier };
  const used = await withOwnTunnel(options, spec.dns[0]!.text, async (tunnel) => tunnel.snapshot().carrier);
  expect(used).toBe(row.over);
});

test("a gateway whose answers do not check is not called silent: a pre-shared key that only we have", async () => {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(3) });
  close.push(() => cloud.dispose());
  const client = new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" });
  const shared = { accountId: "demo", store: new MemoryStore(), clock: systemClock, onPeerGone: () => undefined };
  const app = cloud.apps.find(({ network }) => network === null)!;
  const { spec } = await new PlatformBackend({ ...shared, client }).prepareTunnel(app.organization, app.name, signal);
  const [gateway] = spec.peers;
  const configText = formatConfigFile({
    interface: {
      privateKey: spec.privateKey,
      addresses: spec.addresses.map((address) => ({ address, length: 120 })),
      dns: spec.dns,
      searchDomains: [],
    },
    peers: [
      {
        publicKey: gateway!.publicKey,
        presharedKey: new Uint8Array(32).fill(7),
        allowedIps: gateway!.allowedIps,
        endpoint: { host: gateway!.endpoint!.host, port: gateway!.endpoint!.port },
      },
    ],
  });
  const options = { configText, captureLimitBytes: 0, signal, clock: systemClock, log: silentLog };
  const work = withOwnTunnel(options, spec.dns[0]!.text, () => Promise.reject(new Error("the work must not begin")));
  await expect(work).rejects.toMatchObject({ code: "answer-invalid", detail: expect.stringContaining("127.0.0.1:") });
});

describe("a command that cannot be served hears why", () => {
  const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
  const head = `[Interface]\nPrivateKey = ${key(1)}\nAddress = fdaa::2/120\n`;
  const peer = `[Peer]\nPublicKey = ${key(9)}\nAllowedIPs = fdaa::/48\n`;
  const options = (configText: string) => ({
    configText,
    captureLimitBytes: 1e6,
    signal,
    clock: systemClock,
    log: silentLog,
  });
  const never = (): Promise<never> => Promise.reject(new Error("the work must not begin"));

  test("a peer that cannot be called and will never call", async () => {
    await expect(withOwnTunnel(options(head + peer), "fdaa::3", never)).rejects.toMatchObject({
      code: "config-invalid",
      detail: expect.stringMatching(/^\[Peer\] CQk.* has no Endpoint/),
    });
  });

  test("a file without an address of its own, and a DNS server that no peer has", async () => {
    const without = `${head.replace(/Address.*\n/, "")}${peer}Endpoint = 127.0.0.1:9\n`;
    await expect(withOwnTunnel(options(without), "fdaa::3", never)).rejects.toMatchObject({
      code: "config-invalid",
      detail: expect.stringContaining("add an Address line"),
    });
    const far = `${head}DNS = 8.8.8.8\n${peer}Endpoint = 127.0.0.1:9\n`;
    await expect(withOwnTunnel(options(far), "web.internal", never)).rejects.toMatchObject({
      code: "not-allowed",
      detail: "the DNS server 8.8.8.8",
    });
  });

  test("a name without a DNS server, and dig without one", async () => {
    const text = `${head + peer}Endpoint = 127.0.0.1:9\n`;
    for (const [host, remedy] of [
      ["web.internal", "use an address instead of web.internal"],
      ["", "no DNS line: add one"],
    ] as const)
      await expect(withOwnTunnel(options(text), host, never)).rejects.toMatchObject({
        code: "config-invalid",
        detail: expect.stringContaining(remedy),
      });
  });

  test("a system that refuses to send is told of at once, by its own word, and leaves no empty capture", async () => {
    const folder = mkdtempSync(join(tmpdir(), "culvert-own-"));
    close.push(async () => rmSync(folder, { recursive: true }));
    const captureFile = join(folder, "a.pcapng");
    // Broadcasting needs a permission that the socket does not have.
    const text = `${head + peer}Endpoint = 255.255.255.255:9\n`;
    const attempt = withOwnTunnel(
      { ...options(text), captureFile, onCaptured: () => expect.unreachable() },
      "fdaa::3",
      never,
    );
    await expect(attempt).rejects.toMatchObject({ code: "udp-failed", detail: "255.255.255.255:9: EACCES" });
    expect(existsSync(captureFile)).toBe(false);
  });
});
