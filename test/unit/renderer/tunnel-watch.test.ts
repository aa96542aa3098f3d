// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../renderer/bridge/bridge.ts";
import { connectStores } from "../../../renderer/state/connect-stores.ts";
import { NO_SHELLS, useShells } from "../../../renderer/state/shell-store.ts";
import { NO_TUNNELS, takeTunnels, useTunnels } from "../../../renderer/state/tunnel-store.ts";
import { showView, toggleStats, useWindow } from "../../../renderer/state/window-store.ts";
import { connection, hostOf, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";

let host: ScriptedHost;
let stop: () => void;

beforeEach(() => {
  useShells.setState(NO_SHELLS);
  useTunnels.setState(NO_TUNNELS);
  useWindow.setState({ statsOpen: false, view: "apps" });
  host = hostOf(smallCloud());
  stop = connectStores(new Bridge(host.link), new QueryClient());
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

const watches = () => host.asked("tunnels.watch");
/** Until the host has heard what was said. */
const heard = () => new Promise((resolve) => setTimeout(resolve));

function show(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("how closely a window looks at the tunnels", () => {
  it("calmly for the status bar, closely while figures are open", async () => {
    await vi.waitFor(() => expect(watches()).toEqual([{ on: true, closely: false }]));
    toggleStats();
    await heard();
    expect(watches().at(-1)).toEqual({ on: true, closely: true });
    showView("peers");
    toggleStats();
    await heard();
    expect(watches()).toHaveLength(2);
    showView("apps");
    await heard();
    expect(watches().slice(2)).toEqual([{ on: true, closely: false }]);
  });

  it("not at all while nobody can see it, and at once when somebody can", async () => {
    await vi.waitFor(() => expect(watches()).toHaveLength(1));
    show(true);
    await heard();
    expect(watches().at(-1)).toEqual({ on: false });
    toggleStats();
    await heard();
    expect(watches()).toHaveLength(2);
    show(false);
    await heard();
    expect(watches().slice(2)).toEqual([{ on: true, closely: true }]);
    stop();
    show(true);
    await heard();
    expect(watches()).toHaveLength(3);
  });

  it("says it anew to a host that may have forgotten", async () => {
    await vi.waitFor(() => expect(watches()).toHaveLength(1));
    host.setLink("lost");
    toggleStats();
    await heard();
    expect(watches()).toHaveLength(1);
    host.setLink("open");
    await vi.waitFor(() => expect(watches()).toHaveLength(2));
    expect(watches().at(-1)).toEqual({ on: true, closely: true });
  });
});

describe("what has not changed stays the same object", () => {
  it("connections that rest, and the briefs while no name or state changes", () => {
    const rests = connection({ id: "rests" });
    takeTunnels([tunnel({ bytesIn: 1, connections: [rests, connection({ id: "moves" })] })], 0);
    const before = useTunnels.getState();
    const moved = connection({ id: "moves", bytesIn: 77_777 });
    takeTunnels([tunnel({ bytesIn: 2, connections: [structuredClone(rests), moved] })], 1000);
    const after = useTunnels.getState();
    expect(after.tunnels[0]).not.toBe(before.tunnels[0]);
    expect(after.tunnels[0]?.connections[0]).toBe(before.tunnels[0]?.connections[0]);
    expect(after.tunnels[0]?.connections[1]).toEqual(moved);
    expect(after.briefs).toBe(before.briefs);
    takeTunnels([tunnel({ state: "silent" })], 2000);
    expect(useTunnels.getState().briefs).not.toBe(before.briefs);
  });
});
