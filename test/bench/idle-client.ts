import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../electron/base/clock.ts";
import { silentLog } from "../../electron/base/log.ts";
import { EngineCore } from "../../electron/engine/engine-core.ts";
import { type App, app, organization, session, tunnel } from "../../shared/models.ts";
import { MemoryStore } from "../support/memory-store.ts";

/**
 * What `npm run idle` looks at: the engine with one tunnel and one shell in which nobody types, and nothing else in its
 * process. Prints the process's CPU time in microseconds whenever a line comes in; ends with its input.
 */

const [, , api = "", token = "", carrier = "udp"] = process.argv;
if (carrier !== "udp" && carrier !== "websocket") throw new Error(`no carrier: ${carrier}`);

let opened: () => void = () => undefined;
const isOpen = new Promise<void>((resolve) => {
  opened = resolve;
});
const engine = new EngineCore({
  version: "idle",
  captures: join(tmpdir(), `culvert-idle-${randomUUID()}`),
  store: new MemoryStore(),
  clock: systemClock,
  log: silentLog,
  sendFrame: () => undefined,
  onEvent: (name, payload) => {
    if (name !== "session.changed") return;
    const { state, error } = session.parse(payload);
    if (state === "open") opened();
    if (error !== null) throw new Error(`the shell did not open: ${error.code}`);
  },
});
engine.chooseCarrier(carrier);
const account = await engine.signInDemo({ api, token });
const at = { accountId: account.id };
const organizations = organization.array().parse(await engine.call("organizations.list", at));
const slug = organizations.find(({ kind }) => kind === "shared")?.slug ?? "";
const apps: App[] = app.array().parse(await engine.call("apps.list", { ...at, orgSlug: slug }));
const target = apps.find(({ name }) => name === "api") ?? apps[0];
await engine.call("sessions.open", { ...at, orgSlug: slug, appName: target?.name, columns: 80, rows: 24 });
await isOpen;

const start = process.cpuUsage();
process.stdin.on("data", () => void tell());
process.stdin.on("end", () => process.exit(0));
process.stdout.write("ready\n");

async function tell(): Promise<void> {
  const { user, system } = process.cpuUsage(start);
  const [used] = tunnel.array().parse(await engine.call("tunnels.list", {}));
  const figures = { carrier: used?.carrier, keepalivesIn: used?.keepalivesIn, keepalivesOut: used?.keepalivesOut };
  process.stdout.write(`${JSON.stringify({ cpuMicros: user + system, ...figures })}\n`);
}
