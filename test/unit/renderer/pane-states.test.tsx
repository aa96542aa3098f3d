// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setPaneMark, useShells } from "../../../renderer/state/shell-store.ts";
import type { SavedLayout } from "../../../shared/layout.ts";
import type { Session } from "../../../shared/models.ts";
import { appKey } from "../../../shared/settings.ts";
import { type Cloud, hostOf, machine, session, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeShells, openShells } from "../../support/renderer-shells.tsx";

const AMS = machine("m-web-1", "ams");
const WEB = { accountId: "demo", orgSlug: "harbor", appName: "web", machine: null };
const terminal = (id: string) => document.querySelector(`[data-session-id="${id}"]`);
const LAYOUT: SavedLayout = {
  version: 1,
  active: 0,
  tabs: [
    {
      nodes: [
        { split: "row", sizes: [0.5, 0.5] },
        { pane: { request: WEB, sessionId: "a" } },
        { pane: { request: WEB, sessionId: "b" } },
      ],
      focused: 0,
      zoomed: false,
    },
    { nodes: [{ pane: { request: WEB, sessionId: "c" } }], focused: 0, zoomed: false },
  ],
};

function world(change: Partial<Cloud> = {}): { cloud: Cloud; host: ScriptedHost } {
  const cloud = { ...smallCloud(), ...change };
  let channel = 1;
  const put = (next: Session): Session => {
    cloud.sessions = [...cloud.sessions.filter(({ id }) => id !== next.id), next];
    return next;
  };
  const host = hostOf(cloud)
    .handle("sessions.attach", () => ({ channel: channel++ }))
    .handle("sessions.restore", ({ sessionId }) =>
      put(session(sessionId, "web", AMS, { state: "ended", readyMs: null, restored: { textFrom: Date.now() } })),
    )
    .handle("sessions.reopen", ({ sessionId }) => put(session(sessionId, "web", AMS)));
  return { cloud, host };
}
const asked = (host: ScriptedHost, name: "sessions.restore" | "sessions.reopen") =>
  host.asked(name).map((input) => (input as { sessionId: string }).sessionId);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  closeShells();
});

describe("#13 after a restart of the program", () => {
  it("shows what is seen, connects nothing by itself, and what a person turns to when they do", async () => {
    const { host } = world({ layout: LAYOUT });
    openShells(host);
    expect(await screen.findAllByText(/^From \d/)).toHaveLength(2);
    expect(asked(host, "sessions.restore").sort()).toEqual(["a", "b"]);
    expect(asked(host, "sessions.reopen")).toEqual([]);
    fireEvent.pointerDown(terminal("b")!);
    await waitFor(() => expect(asked(host, "sessions.reopen")).toEqual(["b"]));
    fireEvent.click(screen.getByRole("tab", { name: "web, not connected" }));
    await waitFor(() => expect(asked(host, "sessions.reopen")).toEqual(["b", "c"]));
    expect(terminal("a")).not.toBeNull();
  });

  it("one that is not asked for can be connected by its button, or closed with its text", async () => {
    const { host } = world({ layout: LAYOUT });
    openShells(host);
    fireEvent.click((await screen.findAllByRole("button", { name: "Connect" }))[0]!);
    await waitFor(() => expect(asked(host, "sessions.reopen")).toEqual(["a"]));
    fireEvent.click(screen.getByRole("button", { name: "Close shell" }));
    await waitFor(() => expect(host.asked("sessions.close")).toEqual([{ sessionId: "b" }]));
  });
});

describe("#12 what breaks beneath the window", () => {
  it("the engine started again: it says so, and the shells that are seen come back in their places", async () => {
    const { cloud, host } = world({ layout: LAYOUT, sessions: ["a", "b", "c"].map((id) => session(id, "web", AMS)) });
    openShells(host);
    await waitFor(() => expect(terminal("b")).not.toBeNull());
    cloud.sessions = [];
    cloud.run = "run-2";
    act(() => host.setLink("lost"));
    act(() => host.setLink("open"));
    expect(await screen.findByText(/engine stopped and was started again/)).toBeTruthy();
    await waitFor(() => expect(asked(host, "sessions.reopen").sort()).toEqual(["a", "b"]));
    expect(useShells.getState().tabs).toHaveLength(2);
    fireEvent.click(screen.getByRole("button", { name: "Put this note away" }));
    expect(screen.queryByText(/engine stopped/)).toBeNull();
  });

  it("the socket cut: every shell is attached again, and none is opened anew", async () => {
    const { host } = world({ sessions: [session("a", "web", AMS)] });
    openShells(host);
    // It waits for its font.
    await waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(1), { timeout: 5_000 });
    act(() => host.setLink("lost"));
    act(() => host.setLink("open"));
    await waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(2));
    expect(asked(host, "sessions.reopen")).toEqual([]);
  });

  it("#1 a shell lost: its text stays, and the bar counts down and can be hurried", async () => {
    const { host } = world({ sessions: [session("a", "web", AMS)] });
    // The wait has jitter, with what is random when the stores are connected.
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    openShells(host);
    await waitFor(() => expect(terminal("a")).not.toBeNull());
    const before = terminal("a");
    const failed = session("a", "web", AMS, { state: "failed", error: { code: "connection-timeout" } });
    // A busy machine might see the end of the wait before we look: time stands still.
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    act(() => host.emit("session.changed", failed));
    expect(screen.getByText(/^Reconnecting, next try in \d s$/).textContent).toContain("next try in 1 s");
    expect(screen.queryByRole("alert")).toBeNull();
    expect(terminal("a")).toBe(before);
    fireEvent.click(screen.getByRole("button", { name: "Now" }));
    vi.useRealTimers();
    await waitFor(() => expect(asked(host, "sessions.reopen")).toEqual(["a"]));
    await waitFor(() => expect(screen.queryByText(/^Reconnecting/)).toBeNull());
  });
});

describe("#6 a machine that is stopped", () => {
  it("is named with the command that starts it, and never replaced without a word", async () => {
    const target = machine("m-web-3", "nrt", "stopped");
    const stopped = session("a", "web", target, {
      state: "failed",
      readyMs: null,
      error: { code: "machine-stopped", detail: "m-web-3" },
    });
    const { host } = world({ sessions: [stopped] });
    host.handle("sessions.open", () => session("b", "web", AMS));
    openShells(host);
    expect(await screen.findByText("fly machine start m-web-3 -a web")).toBeTruthy();
    expect(host.asked("sessions.open")).toEqual([]);
    fireEvent.click(screen.getByRole("button", { name: "Open another machine" }));
    await waitFor(() => expect(host.asked("sessions.open")).toMatchObject([{ appName: "web" }]));
  });

  const noMachines = { code: "no-machines" as const, detail: "cron" };
  const cron = session("a", "cron", AMS, { state: "failed", readyMs: null, error: noMachines });
  cron.target.machineId = "";

  it("each of an app whose machines are all stopped has its command, and nothing is said of deploying", async () => {
    const { cloud, host } = world({ sessions: [cron] });
    cloud.machines["cron"] = [machine("m-cron-1", "ams", "stopped"), machine("m-cron-2", "ord", "stopped")];
    openShells(host);
    expect(await screen.findByText("fly machine start m-cron-1 -a cron")).toBeTruthy();
    expect(screen.getByText("fly machine start m-cron-2 -a cron")).toBeTruthy();
    expect(screen.getByText("All its machines are stopped.")).toBeTruthy();
    expect(screen.queryByText(/deploy/i)).toBeNull();
  });

  it("an app without machines is to be deployed, and one whose machines are not known may need either", async () => {
    const { host } = world({ sessions: [cron] });
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    host.handle("machines.list", async () => {
      await asked;
      return [];
    });
    openShells(host);
    expect(await screen.findByText("Start or deploy one first.")).toBeTruthy();
    answer();
    expect(await screen.findByText("Deploy it first.")).toBeTruthy();
    expect(screen.queryByText(/fly machine start/)).toBeNull();
  });
});

describe("#27 which tab is which", () => {
  it("a production app says so over its shell and in its tab", async () => {
    const { cloud, host } = world({ sessions: [session("a", "web", AMS)] });
    cloud.settings.marks = { [appKey(WEB)]: { colour: "orange", production: true } };
    openShells(host);
    expect((await screen.findByTestId("production")).textContent).toBe("Productionweb");
    expect(screen.getByRole("tab", { name: "web, m-web-1, ams, open, Production" })).toBeTruthy();
  });

  it("N8 a shell whose tunnel is silent does not look healthy, and does again when the gateway is back", async () => {
    const { host } = world({ sessions: [session("a", "web", AMS)] });
    openShells(host);
    const before = await screen.findByRole("tab", { name: "web, m-web-1, ams, open" });
    expect(before.querySelector("[data-status=running]")).not.toBeNull();
    // Of another organization: it carries nothing of this shell.
    const other = tunnel({ id: "t2", orgSlug: "ada", state: "silent" });
    act(() => host.emit("tunnels.changed", [other, tunnel()]));
    expect(screen.getByRole("tab", { name: "web, m-web-1, ams, open" })).toBeTruthy();
    act(() => host.emit("tunnels.changed", [other, tunnel({ state: "silent" })]));
    const silent = screen.getByRole("tab", { name: "web, m-web-1, ams, open, gateway silent" });
    expect(silent.querySelector("[data-status=silent]")).not.toBeNull();
    act(() => host.emit("tunnels.changed", [other, tunnel()]));
    expect(screen.getByRole("tab", { name: "web, m-web-1, ams, open" })).toBeTruthy();
  });

  it("N8 shells of one app's name in two networks have the networks' names", async () => {
    const elsewhere = session("b", "web", AMS, { createdAt: 2 });
    elsewhere.target.orgSlug = "ada";
    const { host } = world({ sessions: [session("a", "web", AMS, { createdAt: 1 }), elsewhere] });
    openShells(host);
    await screen.findByRole("tab", { name: "web, harbor, m-web-1, ams, open" });
    expect(screen.getByRole("tab", { name: "web, ada, m-web-1, ams, open" }).textContent).toContain("ada");
  });

  it("news, a bell, progress and how it ended are in its name", async () => {
    const ended = session("b", "web", AMS, { state: "ended", exit: { code: 3, signal: null }, createdAt: 1 });
    const { host } = world({ sessions: [ended, session("a", "web", AMS, { createdAt: 2 })] });
    openShells(host);
    await screen.findByRole("tab", { name: "web, m-web-1, ams, open" });
    const progress = { state: "normal", value: 40 } as const;
    act(() => setPaneMark("b", { news: true, bell: true, progress }));
    const name = "web, m-web-1, ams, ended, exit 3, new output, bell, progress 40 %";
    fireEvent.click(screen.getByRole("tab", { name }));
    // Its terminal, made now, says for itself how far its program is.
    await screen.findByRole("tab", { name: /^web, m-web-1, ams, ended, exit 3(, progress 40 %)?$/ });
  });

  it("a hundred tabs have one terminal, until they are looked at", async () => {
    const sessions = Array.from({ length: 100 }, (_, index) => session(`s${index}`, "web", AMS, { createdAt: index }));
    const { host } = world({ sessions });
    openShells(host);
    await waitFor(() => expect(screen.getAllByRole("tab")).toHaveLength(100));
    expect(document.querySelectorAll("[data-session-id]")).toHaveLength(1);
    expect(host.asked("sessions.attach").length).toBeLessThanOrEqual(1);
  });
});
