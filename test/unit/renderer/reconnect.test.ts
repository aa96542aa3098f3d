// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { delayBefore, reconnectLost, useRetries } from "../../../renderer/state/reconnect.ts";
import {
  addTab,
  dropSession,
  NO_SHELLS,
  putSession,
  sessionPane,
  useShells,
} from "../../../renderer/state/shell-store.ts";
import type { ErrorCode } from "../../../shared/errors.ts";
import type { Session } from "../../../shared/models.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";

const AMS = machine("m-web-1", "ams");
const lost = (code: ErrorCode, change: Partial<Session> = {}) =>
  session("s1", "web", AMS, { state: "failed", error: { code }, ...change });

let host: ScriptedHost;
let stop: () => void;
/** What becomes of a try. */
let outcome: Session;
/** What the random numbers are: in the middle, a wait is as long as it says. */
let chance: number;

beforeEach(() => {
  vi.useFakeTimers();
  chance = 0.5;
  useShells.setState(NO_SHELLS);
  const open = session("s1", "web", AMS);
  host = hostOf({ ...smallCloud(), sessions: [open] }).handle("sessions.reopen", () => {
    const connecting = session("s1", "web", AMS, { state: "connecting", readyMs: null });
    queueMicrotask(() => setTimeout(() => putSession(outcome), 100));
    return connecting;
  });
  addTab(sessionPane(open));
  putSession(open);
  stop = reconnectLost(new Bridge(host.link), undefined, () => chance);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const tries = () => host.asked("sessions.reopen").length;
const retry = () => useRetries.getState().retries.get("s1");
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("#1 a shell that was lost", () => {
  it("is tried again when its tunnel was made anew, and not when its peer was removed, which would make another", async () => {
    outcome = session("s1", "web", AMS);
    putSession(lost("peer-removed"));
    expect(retry()).toBeUndefined();
    putSession(outcome);
    putSession(lost("tunnel-replaced"));
    expect(retry()).toMatchObject({ kind: "waiting", attempt: 0 });
    await pass(1_150);
    expect([tries(), retry()]).toEqual([1, undefined]);
  });

  it("is tried after 1, 2, 4 … 30 s, for as long as it takes, and then is simply open", async () => {
    outcome = lost("gateway-silent", { readyMs: null });
    putSession(lost("connection-timeout"));
    expect(retry()).toMatchObject({ kind: "waiting", attempt: 0 });
    await pass(1_050);
    expect([tries(), retry()?.kind]).toEqual([1, "trying"]);
    await pass(100);
    expect(retry()).toMatchObject({ kind: "waiting", attempt: 1 });
    await pass(15 * 60_000);
    // 1, 2, 4, 8, 16 s, then one in 30 s.
    expect(tries()).toBeGreaterThan(30);
    expect(tries()).toBeLessThan(37);
    outcome = session("s1", "web", AMS);
    await pass(31_000);
    expect(retry()).toBeUndefined();
    const before = tries();
    await pass(120_000);
    expect(tries()).toBe(before);
  });

  it.each(["unauthorized", "forbidden", "ssh-auth-failed", "host-key-changed", "machine-gone"] as const)(
    "is never tried after %s",
    async (code) => {
      putSession(lost(code));
      await pass(120_000);
      expect([tries(), retry()]).toEqual([0, undefined]);
    },
  );

  it("is given up, and keeps its text, when a try says that its machine is stopped", async () => {
    outcome = lost("machine-stopped", { readyMs: null });
    putSession(lost("connection-reset"));
    await pass(120_000);
    expect([tries(), retry()]).toEqual([1, { kind: "given-up" }]);
  });

  it("is not tried when it was never open, or ended by itself", async () => {
    putSession(lost("gateway-silent", { readyMs: null }));
    await pass(60_000);
    putSession(session("s1", "web", AMS, { state: "ended", exit: { code: 0, signal: null } }));
    await pass(60_000);
    expect(tries()).toBe(0);
  });

  it("is left alone once its pane is closed", async () => {
    putSession(lost("connection-timeout"));
    dropSession("s1");
    await pass(60_000);
    expect([tries(), retry()]).toEqual([0, undefined]);
  });

  it("is tried at once when the link or the network is back", async () => {
    outcome = lost("gateway-silent", { readyMs: null });
    putSession(lost("connection-timeout"));
    await pass(10_000);
    const before = tries();
    window.dispatchEvent(new Event("online"));
    await pass(0);
    expect(tries()).toBe(before + 1);
  });

  it("backs off from a server that lets in and then breaks off", async () => {
    outcome = session("s1", "web", AMS);
    const unwatch = useShells.subscribe(({ sessions }) => {
      if (sessions.get("s1")?.state === "open") setTimeout(() => putSession(lost("connection-reset")), 50);
    });
    putSession(lost("connection-reset"));
    await pass(3600_000);
    unwatch();
    expect(tries()).toBeGreaterThan(100);
    expect(tries()).toBeLessThan(130);
  });

  it("begins anew with the first wait after a shell that stayed open for half a minute", async () => {
    outcome = lost("gateway-silent", { readyMs: null });
    putSession(lost("connection-timeout"));
    await pass(20_000);
    outcome = session("s1", "web", AMS);
    await pass(35_000);
    expect(retry()).toBeUndefined();
    await pass(30_000);
    putSession(lost("connection-reset"));
    expect(retry()).toMatchObject({ kind: "waiting", attempt: 0 });
  });

  it.each([
    [0, 800],
    [0.5, 1_000],
    [1, 1_200],
  ])("waits a fifth less or more: %d", (random, ms) => {
    chance = random;
    putSession(lost("connection-timeout"));
    const waits = retry();
    expect(waits?.kind === "waiting" && waits.nextAt - Date.now()).toBe(ms);
  });

  it("is tried after the others that were lost with it when the network is back, not together with them", async () => {
    outcome = lost("gateway-silent", { readyMs: null });
    for (const id of ["s2", "s3"]) addTab(sessionPane({ ...session(id, "web", AMS), id }));
    putSession(lost("connection-timeout"));
    for (const id of ["s2", "s3"]) putSession({ ...lost("connection-timeout"), id });
    window.dispatchEvent(new Event("online"));
    await pass(0);
    expect(tries()).toBe(1);
    await pass(150);
    expect(tries()).toBe(2);
    await pass(150);
    expect(tries()).toBe(3);
  });

  it("waits through a lost link", async () => {
    outcome = session("s1", "web", AMS);
    putSession(lost("connection-timeout"));
    host.setLink("lost");
    await pass(20_000);
    expect(tries()).toBe(0);
    host.setLink("open");
    await pass(200);
    expect([tries(), retry()]).toEqual([1, undefined]);
  });
});

it("the wait is between one and thirty seconds, and never shrinks", () => {
  const waits = Array.from({ length: 2000 }, (_, attempt) => delayBefore(attempt));
  expect(waits[0]).toBe(1_000);
  expect(waits.at(-1)).toBe(30_000);
  expect(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]!)).toBe(true);
});
