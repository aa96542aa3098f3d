import { once } from "node:events";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../electron/base/clock.ts";
import { parseIp } from "../../../electron/base/ip-address.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { startDemoCloud } from "../../../electron/demo/cloud.ts";
import { PlatformBackend } from "../../../electron/engine/backends/platform-backend.ts";
import { Tunnel } from "../../../electron/engine/tunnel.ts";
import { type Interfaces, WAKE_POLL_MS } from "../../../electron/engine/wake-detector.ts";
import { PlatformClient } from "../../../electron/platform/client.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const never = new AbortController().signal;
const close: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const each of close.splice(0).reverse()) await each();
});

const wifi: Interfaces = { wlan0: [{ address: "192.0.2.7", internal: false }] };
const cable: Interfaces = { eth0: [{ address: "198.51.100.7", internal: false }] };

test("a tunnel lives through sleep and a change of network: a new session each time, and the same connection", async () => {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(8) });
  close.push(() => cloud.dispose());
  const client = new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" });
  const shared = { accountId: "demo", store: new MemoryStore(), clock: systemClock, onPeerGone: () => undefined };
  const backend = new PlatformBackend({ ...shared, client });
  const app = cloud.apps.find(
    ({ network, machines }) => network === null && machines.some(({ state }) => state === "started"),
  )!;
  const { spec } = await backend.prepareTunnel(app.organization, app.name, never);
  let slept = 0;
  let interfaces = wifi;
  // Only the detector's interval is held: the rest of the tunnel runs on real time.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const tunnel = await Tunnel.open(spec, {
    clock: { now: () => systemClock.now(), wall: () => systemClock.wall() + slept },
    log: silentLog,
    interfaces: () => interfaces,
  });
  close.push(() => tunnel.dispose());
  const address = parseIp(app.machines.find(({ state }) => state === "started")!.address)!;
  const stream = await tunnel.connect([address], 8080, never);
  stream.on("error", () => undefined);
  const exchange = async (): Promise<string> => {
    stream.write("GET /healthz HTTP/1.1\r\nhost: demo\r\n\r\n");
    const [chunk] = await once(stream, "data");
    return String(chunk).split("\r\n")[0] ?? "";
  };
  expect(await exchange()).toBe("HTTP/1.1 200 OK");
  const received = (): number => tunnel.snapshot().handshakesReceived;
  for (const happen of [
    () => {
      interfaces = cable;
    },
    () => {
      slept += 3_600_000;
    },
  ]) {
    const before = received();
    await new Promise((resolve) => setTimeout(resolve, 30));
    happen();
    vi.advanceTimersByTime(WAKE_POLL_MS);
    expect(await exchange()).toBe("HTTP/1.1 200 OK");
    await vi.waitFor(() => expect(received()).toBeGreaterThan(before), { timeout: 10_000 });
  }
  // The desktop edition is told of sleep: the keys go before it, and after it nobody waits for the detector's next look.
  expect(tunnel.snapshot().peers[0]?.sessionSince).not.toBeNull();
  tunnel.power("suspend");
  expect(tunnel.snapshot().peers[0]?.sessionSince).toBeNull();
  const before = received();
  slept += 3_600_000;
  tunnel.power("resume");
  await vi.waitFor(() => expect(received()).toBeGreaterThan(before), { timeout: 10_000 });
  expect(await exchange()).toBe("HTTP/1.1 200 OK");
  stream.destroy();
}, 30_000);
