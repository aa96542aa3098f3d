import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { silentLog } from "../../electron/base/log.ts";
import { type DemoCloud, startDemoCloud } from "../../electron/demo/cloud.ts";
import { Host } from "../../electron/host/host.ts";
import { settings } from "../../shared/settings.ts";
import { InThreadEngine } from "../support/engine-in-thread.ts";
import { FuzzRandom } from "../support/fuzz-random.ts";
import { SlowStore } from "../support/memory-store.ts";
import { FuzzPage } from "../support/page-fuzz.ts";
import { PageMoves } from "../support/page-moves.ts";
import { inputs, seed } from "../support/seed.ts";

/**
 * A page gone wrong, or taken over, in front of the real host and engine with the demo cloud behind: well-formed calls and
 * frames in no order. test/contract/router-fuzz.test.ts has the messages that are not well-formed.
 */

/** A computer with other work takes its time; no wait of its own has a limit. */
const LIMIT_MS = 240_000;
/** So many calls and frames, of which at most so many wait for their answers. */
const STEPS = inputs(2_000);
const MOST_WAITING = 60;

/** Sockets, timers and handles of this thread. */
function held(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /UDP|TCP|Timeout|FILEHANDLE|Pipe/i.test(kind));
}

/** Polls, because what ends is not told of. The test's own limit ends a wait for what never comes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5);
}

test("valid calls in any order are answered as the contract says, and leave nothing behind", {
  timeout: LIMIT_MS,
}, async () => {
  const before = held().length;
  const random = new FuzzRandom(seed());
  const turns = new FuzzRandom(seed() + 1);
  const store = new SlowStore(() => turns.below(4));
  const captures = await mkdtemp(join(tmpdir(), "culvert-fuzz-"));
  const clouds: DemoCloud[] = [];
  const host = await Host.start({
    edition: "browser",
    version: "1.2.3",
    store,
    log: silentLog,
    security: { secrets: "session", folder: "", captures },
    startEngine: () => new InThreadEngine({ store, captures }),
    startDemo: async (bytes) => {
      const cloud = await startDemoCloud({ seed: bytes });
      clouds.push(cloud);
      return { access: cloud, ended: new Promise(() => undefined), dispose: () => cloud.dispose() };
    },
  });
  const pages: FuzzPage[] = [];
  const open = (): FuzzPage => {
    const page = new FuzzPage();
    // Like a window: what came is drawn, but for one that lags.
    if (!random.oneIn(4))
      page.onFrame = ({ kind, channel, payload }) => {
        if (kind === "output" || kind === "snapshot") setImmediate(() => page.drawn(channel, payload.length));
      };
    host.connect(page);
    pages.push(page);
    return page;
  };
  await host.startDemo();
  const moves = new PageMoves(random, {
    api: () => clouds.at(-1)?.api ?? "",
    token: () => clouds.at(-1)?.token ?? "",
  });
  const windows = [open(), open()];
  const calls: Promise<void>[] = [];
  for (let step = 0; step < STEPS; step++) {
    const at = random.below(windows.length);
    const page = windows[at] ?? open();
    if (random.oneIn(400)) {
      page.close();
      windows[at] = open();
    } else if (random.oneIn(4)) moves.frame(page);
    else calls.push(moves.call(page));
    // Now and then many at once, and now and then each by itself.
    if (!random.oneIn(3)) await new Promise((resolve) => setImmediate(resolve));
    await until(() => windows.every(({ waiting }) => waiting.length < MOST_WAITING));
  }

  // A page that comes now finds everything at work.
  const last = open();
  const listed = async (name: "sessions.list" | "accounts.list" | "tunnels.list") => {
    const reply = await last.call(name, {});
    return reply !== undefined && "ok" in reply ? z.array(z.object({ id: z.string() })).parse(reply.ok) : [];
  };
  for (const { id } of await listed("sessions.list")) await last.call("sessions.close", { sessionId: id });
  let drawn = "";
  last.onFrame = ({ kind, channel, payload }) => {
    drawn += kind === "output" || kind === "snapshot" ? new TextDecoder().decode(payload) : "";
    last.drawn(channel, payload.length);
  };
  const demo = await last.call("accounts.startDemo", {});
  expect(demo).toMatchObject({ ok: { kind: "demo" } });
  const app = clouds.at(-1)?.apps.find(({ machines }) => machines.some(({ state }) => state === "started"));
  const at = { accountId: "demo", orgSlug: app?.organization ?? "", appName: app?.name ?? "", columns: 80, rows: 24 };
  const shell = await last.call("sessions.open", { ...at, sessionId: "the-last-one" });
  expect(shell).toMatchObject({ ok: { id: "the-last-one" } });
  const attached = await last.call("sessions.attach", { sessionId: "the-last-one", columns: 80, rows: 24 });
  if (attached === undefined || !("ok" in attached)) throw new Error("the last shell is not shown");
  await until(() => /[#$] /.test(drawn));
  last.frame("input", attached.ok.channel, new TextEncoder().encode("echo last-$((6*7))\r"));
  await until(() => drawn.includes("last-42"));
  await last.call("sessions.close", { sessionId: "the-last-one" });

  // All is closed: every call has its answer, and nothing is left.
  const removeAll = async (): Promise<void> => {
    for (const { id: accountId } of await listed("accounts.list"))
      expect(await last.call("accounts.remove", { accountId })).toMatchObject({ ok: {} });
  };
  await removeAll();
  await Promise.all(calls);
  // One that was being signed in to meanwhile.
  await removeAll();
  for (const name of ["accounts.list", "sessions.list", "tunnels.list"] as const)
    expect(await listed(name)).toEqual([]);
  expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
  expect(pages.filter(({ closed }) => !closed).flatMap(({ waiting }) => waiting)).toEqual([]);
  const chosen = await last.call("settings.get", {});
  if (chosen === undefined || !("ok" in chosen)) throw new Error("there are no settings");
  expect(settings.parse(JSON.parse((await store.read("settings")) ?? "null"))).toEqual(chosen.ok);
  await host.shutdown();
  expect([...store.secrets.keys()]).toEqual(["demo-seed"]);
  expect([...store.texts.keys()].filter((name) => name.startsWith("screen-"))).toEqual([]);
  expect((await readdir(captures)).every((name) => name.endsWith(".pcapng"))).toBe(true);
  await until(() => held().length <= before);
  await rm(captures, { recursive: true, force: true });
});
