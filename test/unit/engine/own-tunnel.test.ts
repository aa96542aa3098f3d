import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../electron/base/clock.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { startDemoCloud } from "../../../electron/demo/cloud.ts";
import { PlatformBackend } from "../../../electron/engine/backends/platform-backend.ts";
import type { CarrierChoice } from "../../../electron/engine/carriers/carrier.ts";
import { withOwnTunnel } from "../../../electron/engine/own-tunnel.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { formatConfigFile } from "../../../electron/wireguard/config-file.ts";
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
