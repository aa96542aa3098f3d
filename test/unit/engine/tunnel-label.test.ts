import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { type LogFields, silentLog } from "../../../electron/base/log.ts";
import { ConfigBackend } from "../../../electron/engine/backends/config-backend.ts";
import { CapturesFolder } from "../../../electron/engine/capture/captures-folder.ts";
import { labelOf, type TunnelSpec } from "../../../electron/engine/tunnel-spec.ts";
import { Tunnels } from "../../../electron/engine/tunnels.ts";
import { MemoryStore } from "../../support/memory-store.ts";

const { signal } = new AbortController();
const opened: Tunnels[] = [];

afterEach(() => {
  for (const tunnels of opened.splice(0)) tunnels.dispose();
});

function createTunnels(logged: LogFields[] = []): Tunnels {
  const log = { ...silentLog, info: (_: string, fields: LogFields = {}) => void logged.push(fields) };
  const tunnels = new Tunnels({ clock: new ManualClock(), log, interfaces: () => ({}) });
  opened.push(tunnels);
  return tunnels;
}

/** Of an imported configuration whose gateway does not answer. */
async function specOf(accountId: string, label: string, port: number): Promise<TunnelSpec> {
  const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
  const text = `[Interface]\nPrivateKey = ${key(1)}\nAddress = 10.0.0.2/32\n[Peer]\nPublicKey = ${key(9)}\nEndpoint = 127.0.0.1:${port}\nAllowedIPs = 10.0.0.0/8\n`;
  const backend = new ConfigBackend({
    accountId,
    label: () => Promise.resolve(label),
    text: () => Promise.resolve(text),
    store: new MemoryStore(),
    log: silentLog,
  });
  return (await backend.prepareTunnel()).spec;
}

test("an imported tunnel is called by its account's label, any other by organization and network", async () => {
  const spec = await specOf("a", "Office", 9);
  expect(labelOf(spec)).toBe("Office");
  const { label: _, ...unlabelled } = spec;
  expect(labelOf({ ...unlabelled, orgSlug: "harbor" })).toBe("harbor");
  expect(labelOf({ ...unlabelled, orgSlug: "harbor", network: "ops" })).toBe("harbor ops");
});

test("the log names the tunnel beside its id", async () => {
  const logged: LogFields[] = [];
  const tunnels = createTunnels(logged);
  const tunnel = await tunnels.open(await specOf("a", "Office", 9), signal);
  const given = new AbortController();
  const retried = tunnel.retry(given.signal);
  given.abort();
  await expect(retried).rejects.toMatchObject({ code: "cancelled" });
  expect(logged).toContainEqual({ tunnel: "a", name: "Office" });
});

test("two that are called the same are told apart by their gateways, also in the names of their captures", async () => {
  const folder = await mkdtemp(join(tmpdir(), "culvert-label-"));
  const tunnels = createTunnels();
  await tunnels.open(await specOf("a", "Office", 9), signal);
  expect(tunnels.labelOf("a")).toBe("Office");
  await tunnels.open(await specOf("b", "Home", 9), signal);
  await tunnels.open(await specOf("c", "Office", 10), signal);
  expect(["a", "b", "c"].map((id) => tunnels.labelOf(id))).toEqual([
    "Office (127.0.0.1:9)",
    "Home",
    "Office (127.0.0.1:10)",
  ]);
  const { capture } = tunnels.get("c");
  await capture.start({ to: { folder: new CapturesFolder(folder) }, limitBytes: 1 << 20, label: tunnels.labelOf("c") });
  await capture.stop();
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^culvert-office-127-0-0-1-10-\d{8}-\d{6}\.pcapng$/)]);
  await rm(folder, { recursive: true });
});

const LONG = "Production network of the Frankfurt office, read only, for the night shift ".repeat(3).slice(0, 200);

test.each([
  ["Офис", "Дом"],
  ["東京", "大阪"],
  ["Büro", "Bäro"],
  ["की", "का"],
  [LONG, LONG],
  [LONG, `${LONG.slice(0, -2)} 2`],
  ["Office", "office"],
  ["Büro", "Bu\u0308ro"],
  ["a.b", "a-b"],
  ["🏠", "🏢"],
])(
  "captures of %s and %s have names that differ, also where upper case and composition do not count",
  async (one, two) => {
    const folder = await mkdtemp(join(tmpdir(), "culvert-label-"));
    const tunnels = createTunnels();
    await tunnels.open(await specOf("a", one, 9), signal);
    await tunnels.open(await specOf("b", two, 10), signal);
    for (const id of ["a", "b"]) {
      const { capture } = tunnels.get(id);
      await capture.start({
        to: { folder: new CapturesFolder(folder) },
        limitBytes: 1 << 20,
        label: tunnels.labelOf(id),
      });
      await capture.stop();
    }
    const names = await readdir(folder);
    await rm(folder, { recursive: true });
    const told = names.map((name) => name.replace(/-\d{8}-\d{6}(-\d+)?\.pcapng$/, ""));
    expect(new Set(told.map((name) => name.toUpperCase().normalize("NFD"))).size, names.join(" ")).toBe(2);
  },
);
