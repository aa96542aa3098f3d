// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { reconnectLost, useRetries } from "../../../renderer/state/reconnect.ts";
import { syncSessions } from "../../../renderer/state/session-sync.ts";
import { closePane, openShell, retryPane, showRestored } from "../../../renderer/state/shell-actions.ts";
import {
  addTab,
  NO_SHELLS,
  type Pane,
  putSession,
  type ShellRequest,
  useShells,
} from "../../../renderer/state/shell-store.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";

/** What a person does with a shell while the window has lost the host. */

const WEB: ShellRequest = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const AMS = machine("m-web-1", "ams");
const panes = (): Pane[] => [...useShells.getState().panes.values()];
const AMS_PLACE = { id: "m-web-1", name: AMS.name, region: "ams" };
const ENDED = session("s1", "web", AMS, { state: "ended", exit: { code: 0, signal: null } });
const ENDED_PANE: Pane = { key: "p1", request: WEB, kind: "session", sessionId: "s1" };

beforeEach(() => {
  useShells.setState(NO_SHELLS);
  sessionStorage.clear();
});

describe("connecting again", () => {
  it("E2 leaves the pane as it is while the link is lost: its text stays, and no message of then stays behind", async () => {
    const host = hostOf(smallCloud()).handle("sessions.reopen", () => session("s1", "web", AMS));
    const bridge = new Bridge(host.link);
    addTab(ENDED_PANE);
    putSession(ENDED);
    host.setLink("lost");
    await retryPane(bridge, ENDED_PANE);
    expect(panes()).toEqual([ENDED_PANE]);
    host.setLink("open");
    await retryPane(bridge, ENDED_PANE);
    expect(panes()).toEqual([ENDED_PANE]);
    expect(useShells.getState().sessions.get("s1")?.state).toBe("open");
  });

  it("E2 is refused with the machine that the shell was on, which a later try asks for (#6)", async () => {
    const host = hostOf(smallCloud()).handle("sessions.reopen", () => {
      throw new ScriptedError({ code: "not-found", detail: "shell s1" });
    });
    addTab(ENDED_PANE);
    putSession(ENDED);
    await retryPane(new Bridge(host.link), ENDED_PANE);
    expect(panes()).toMatchObject([{ kind: "refused", error: { code: "not-found" }, request: { machine: AMS_PLACE } }]);
  });

  it("a shell of an earlier run waits for the link: it is restored once that is back", async () => {
    const host = hostOf(smallCloud()).handle("sessions.restore", () => ENDED);
    const bridge = new Bridge(host.link);
    const kept = { key: "p1", request: WEB, kind: "restored", sessionId: "s1", lost: false } as const;
    addTab(kept);
    host.setLink("lost");
    await showRestored(bridge, kept);
    expect(panes()).toEqual([kept]);
    host.setLink("open");
    await showRestored(bridge, kept);
    expect(panes()).toEqual([ENDED_PANE]);
  });
});

describe("closing a shell", () => {
  it("E1 is said again when the link is back, until the host has answered", async () => {
    const open = session("s1", "web", AMS);
    const host = hostOf({ ...smallCloud(), sessions: [open] }).handle("sessions.close", () => ({}));
    const bridge = new Bridge(host.link);
    await syncSessions(bridge);
    host.setLink("lost");
    closePane(bridge, panes()[0]!);
    expect(panes()).toEqual([]);
    host.setLink("open");
    await syncSessions(bridge);
    await syncSessions(bridge);
    expect(host.asked("sessions.close")).toEqual([{ sessionId: "s1" }]);
  });

  it("E1 is said no more once the host knows no such shell", async () => {
    const host = hostOf({ ...smallCloud(), sessions: [] }).handle("sessions.close", () => {
      throw new ScriptedError({ code: "not-found" });
    });
    const bridge = new Bridge(host.link);
    await syncSessions(bridge);
    addTab(ENDED_PANE);
    host.setLink("lost");
    closePane(bridge, ENDED_PANE);
    host.setLink("open");
    await syncSessions(bridge);
    await Promise.resolve();
    await syncSessions(bridge);
    expect(host.asked("sessions.close")).toHaveLength(1);
  });
});

describe("opening a shell whose answer is lost", () => {
  /** A host that opens the shell and then loses the link before it can say so. */
  async function lostAnswer() {
    const cloud = smallCloud();
    const made = new Set<string>();
    const host = hostOf(cloud).handle("sessions.close", () => ({}));
    host.handle("sessions.open", ({ sessionId = "none" }) => {
      if (made.size === 0) host.setLink("lost");
      made.add(sessionId);
      const open = session(sessionId, "web", AMS);
      cloud.sessions = [open];
      return open;
    });
    const bridge = new Bridge(host.link);
    await syncSessions(bridge);
    await openShell(bridge, WEB);
    return { host, bridge, made };
  }

  it("E1 is asked for under the same name when the link is back, so that there is one shell and one pane", async () => {
    const { host, bridge, made } = await lostAnswer();
    expect(panes()).toMatchObject([{ kind: "refused", error: { code: "link-lost" } }]);
    host.setLink("open");
    await syncSessions(bridge);
    await vi.waitFor(() => expect(panes()).toMatchObject([{ kind: "session", sessionId: [...made][0] }]));
    expect(made.size).toBe(1);
  });

  it("E1 ends it when its pane is closed before the link is back", async () => {
    const { host, bridge, made } = await lostAnswer();
    closePane(bridge, panes()[0]!);
    host.setLink("open");
    await syncSessions(bridge);
    expect(host.asked("sessions.close")).toEqual([{ sessionId: [...made][0] }]);
    expect(panes()).toEqual([]);
  });

  it("E1 ends it when its pane was closed before the link was lost", async () => {
    const host = hostOf(smallCloud()).handle("sessions.close", () => ({}));
    host.handle("sessions.open", ({ sessionId = "none" }) => {
      host.setLink("lost");
      return session(sessionId, "web", AMS);
    });
    const bridge = new Bridge(host.link);
    await syncSessions(bridge);
    const opening = openShell(bridge, WEB);
    closePane(bridge, panes()[0]!);
    await opening;
    host.setLink("open");
    await syncSessions(bridge);
    expect(host.asked("sessions.close")).toHaveLength(1);
  });
});

describe("when the network is back", () => {
  it.each(["trying", "given-up"] as const)("a shell that is %s is left alone", async (kind) => {
    const open = session("s1", "web", AMS);
    const host = hostOf({ ...smallCloud(), sessions: [open] });
    addTab({ ...ENDED_PANE });
    putSession(open);
    const stop = reconnectLost(new Bridge(host.link));
    useRetries.setState({ retries: new Map([["s1", { kind, attempt: 1 }]]) });
    window.dispatchEvent(new Event("online"));
    await Promise.resolve();
    stop();
    expect(host.asked("sessions.reopen")).toEqual([]);
  });
});
