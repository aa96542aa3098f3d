// @vitest-environment happy-dom
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Cloud, hostOf, machine, OFFICE, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeShells, openShells } from "../../support/renderer-shells.tsx";
import { closeWindow, openWindow, tree } from "../../support/renderer-window.tsx";

const AMS = machine("m-web-1", "ams");
const WEB = { accountId: "demo", orgSlug: "harbor", appName: "web" };
const HARBOR = { accountId: "demo", orgSlug: "harbor" };

function hostWith(change: Partial<Cloud>): ScriptedHost {
  return hostOf({ ...smallCloud(), ...change }).handle("sessions.attach", () => ({ channel: 1 }));
}

/** Without a tree, which asks for lists, too. */
async function world(change: Partial<Cloud>): Promise<ScriptedHost> {
  const host = hostWith(change);
  openShells(host);
  await waitFor(() => expect(screen.getAllByRole("tab").length).toBeGreaterThan(0));
  return host;
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});

afterEach(() => {
  vi.useRealTimers();
  closeShells();
  closeWindow();
});

describe("#5 the state of machines with an open shell", () => {
  it("is asked for each half minute, of its app alone", async () => {
    const host = await world({ sessions: [session("a", "web", AMS), session("b", "web", AMS)] });
    await waitFor(() => expect(host.asked("machines.list")).toEqual([WEB]));
    await pass(29_000);
    expect(host.asked("machines.list")).toHaveLength(1);
    await pass(2_000);
    await waitFor(() => expect(host.asked("machines.list")).toEqual([WEB, WEB]));
    // Rows of the tree would come one organization before the other.
    expect(host.asked("apps.list")).toEqual([]);
  });

  it("its organization's apps are asked for again once the tree has them, and no other's", async () => {
    const host = hostWith({ sessions: [session("a", "web", AMS)] });
    openWindow(host);
    await tree();
    await waitFor(() => expect(host.asked("apps.list")).toHaveLength(2));
    await pass(31_000);
    await waitFor(() => expect(host.asked("apps.list")).toHaveLength(3));
    expect(host.asked("apps.list").at(-1)).toEqual(HARBOR);
  });

  it("is not asked for once the shell is over, while the link is lost, or where there is no platform", async () => {
    const office = session("c", "router", AMS);
    office.target = { ...office.target, accountId: "office", orgSlug: "office" };
    const accounts = [...smallCloud().accounts, OFFICE];
    const host = await world({ accounts, sessions: [session("a", "web", AMS), office] });
    await waitFor(() => expect(host.asked("machines.list")).toEqual([WEB]));
    act(() => host.setLink("lost"));
    await pass(90_000);
    expect(host.asked("machines.list")).toHaveLength(1);
    act(() => host.setLink("open"));
    await waitFor(() => expect(host.asked("machines.list")).toHaveLength(2));
    act(() => host.emit("session.changed", session("a", "web", AMS, { state: "ended" })));
    const before = host.asked("machines.list").length;
    await pass(90_000);
    expect(host.asked("machines.list")).toHaveLength(before);
  });

  it("is asked for less often with many apps: no more than fifteen calls a minute", async () => {
    const sessions = Array.from({ length: 30 }, (_, index) => session(`s${index}`, `app-${index}`, AMS));
    const host = await world({ sessions });
    await waitFor(() => expect(host.asked("machines.list")).toHaveLength(30));
    await pass(119_000);
    expect(host.asked("machines.list")).toHaveLength(30);
    await pass(10_000);
    await waitFor(() => expect(host.asked("machines.list")).toHaveLength(60));
  });
});
