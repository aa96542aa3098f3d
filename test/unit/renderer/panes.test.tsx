// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Bridge } from "../../../renderer/bridge/bridge.ts";
import { panesOf } from "../../../renderer/state/layout.ts";
import { reopenClosed, splitActive } from "../../../renderer/state/shell-actions.ts";
import { activePane, frontTab, setPaneMark, useShells } from "../../../renderer/state/shell-store.ts";
import { activateTab, equalisePanes, focusPane, toggleZoom } from "../../../renderer/state/tabs.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeShells, openShells } from "../../support/renderer-shells.tsx";

const AMS = machine("m-web-1", "ams");
const state = () => useShells.getState();
const terminal = (id: string) => document.querySelector(`[data-session-id="${id}"]`);

/** A window with one open shell, whose host opens more of them. */
async function oneShell(): Promise<{ host: ScriptedHost; bridge: Bridge }> {
  const cloud = smallCloud();
  cloud.sessions = [session("s1", "web", AMS)];
  let next = 2;
  let channel = 1;
  const host = hostOf(cloud)
    .handle("sessions.open", ({ appName }) => {
      const made = session(`s${next++}`, appName, AMS);
      cloud.sessions = [...cloud.sessions, made];
      return made;
    })
    .handle("sessions.attach", () => ({ channel: channel++ }));
  const bridge = openShells(host);
  await waitFor(() => expect(terminal("s1")).not.toBeNull());
  return { host, bridge };
}

const split = (bridge: Bridge, side: "right" | "down") => act(() => splitActive(bridge, side));

afterEach(() => closeShells());

describe("panes", () => {
  it("no terminal is made anew, nor its shell attached again, when the tree changes its shape", async () => {
    const { host, bridge } = await oneShell();
    const first = terminal("s1");
    await waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(1));
    await split(bridge, "right");
    await split(bridge, "down");
    const second = terminal("s2");
    act(() => toggleZoom());
    act(() => toggleZoom());
    act(() => focusPane("left"));
    act(() => equalisePanes());
    fireEvent.click(within(header("s3")).getByRole("button", { name: "Close pane" }));
    await waitFor(() => expect(terminal("s3")).toBeNull());
    expect(terminal("s1")).toBe(first);
    expect(terminal("s2")).toBe(second);
    expect([first?.isConnected, second?.isConnected]).toEqual([true, true]);
    const attached = host.asked("sessions.attach").map((input) => (input as { sessionId: string }).sessionId);
    expect(attached.sort()).toEqual(["s1", "s2", "s3"]);
  });

  it("a pane whose half would hold no shell is not split, and says so until that is put away", async () => {
    const { host, bridge } = await oneShell();
    const box = vi.spyOn(HTMLElement.prototype, "getBoundingClientRect");
    box.mockReturnValue(new DOMRect(0, 0, 330, 180));
    await split(bridge, "down");
    expect(host.asked("sessions.open")).toHaveLength(0);
    expect(screen.getByRole("alert").textContent).toContain("no room to split this pane");
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("alert")).toBeNull();
    await split(bridge, "right");
    expect(host.asked("sessions.open")).toHaveLength(1);
    box.mockRestore();
  });

  it("a large text needs a larger pane to be split", async () => {
    const { host, bridge } = await oneShell();
    const box = vi.spyOn(HTMLElement.prototype, "getBoundingClientRect");
    // 80 columns of 20 pixels and 24 rows of 40.
    vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(1600);
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(960);
    box.mockReturnValue(new DOMRect(0, 0, 780, 360));
    await split(bridge, "right");
    await split(bridge, "down");
    expect(host.asked("sessions.open")).toHaveLength(0);
    box.mockReturnValue(new DOMRect(0, 0, 800, 380));
    await split(bridge, "down");
    expect(host.asked("sessions.open")).toHaveLength(1);
    box.mockRestore();
  });

  it("have a header only when there are several", async () => {
    const { bridge } = await oneShell();
    expect(screen.queryByRole("button", { name: "Close pane" })).toBeNull();
    await split(bridge, "right");
    expect(screen.getAllByRole("button", { name: "Close pane" })).toHaveLength(2);
    expect(header("s2").textContent).toContain("web");
    expect(header("s2").textContent).toContain("open");
  });

  it("a split asks for the same machine, and the new pane has the keyboard", async () => {
    const { host, bridge } = await oneShell();
    await split(bridge, "right");
    expect(host.asked("sessions.open")).toMatchObject([{ appName: "web", machineId: "m-web-1" }]);
    expect(activePane(state())).toMatchObject({ kind: "session", sessionId: "s2" });
  });

  it("zoomed, only the focused one is seen, and the others come back", async () => {
    const { bridge } = await oneShell();
    await split(bridge, "right");
    fireEvent.click(within(header("s1")).getByRole("button", { name: "Zoom this pane" }));
    expect(frontTab(state())?.zoomed).toBe(true);
    expect(activePane(state())).toMatchObject({ sessionId: "s1" });
    expect(terminal("s1")?.closest(".invisible")).toBeNull();
    expect(terminal("s2")?.closest(".invisible")).not.toBeNull();
    fireEvent.click(within(header("s1")).getByRole("button", { name: "Show all panes" }));
    expect(terminal("s2")?.closest(".invisible")).toBeNull();
  });

  it("the last one takes its tab along, and what was closed comes back where it was", async () => {
    const { host, bridge } = await oneShell();
    await split(bridge, "right");
    fireEvent.click(within(header("s2")).getByRole("button", { name: "Close pane" }));
    await waitFor(() => expect(panesOf(frontTab(state())!.root)).toHaveLength(1));
    await act(() => reopenClosed(bridge));
    expect(panesOf(frontTab(state())!.root)).toHaveLength(2);
    expect(host.asked("sessions.open")).toHaveLength(2);
  });

  it("#27 news and bells are marked until a person sees the pane", async () => {
    const { bridge } = await oneShell();
    fireEvent.click(await screen.findByRole("button", { name: "Another shell on web" }));
    await waitFor(() => expect(state().tabs).toHaveLength(2));
    const [first, second] = state().tabs;
    setPaneMark(first!.focused, { news: true, bell: true });
    setPaneMark(second!.focused, { news: true, bell: true });
    expect(state().marks.get(first!.focused)).toMatchObject({ news: true, bell: true });
    expect(state().marks.get(second!.focused)?.news ?? false).toBe(false);
    act(() => activateTab(first!.key));
    expect(state().marks.get(first!.focused)).toMatchObject({ news: false, bell: false });
    expect(bridge.refused).toBe(0);
  });
});

function header(sessionId: string): HTMLElement {
  const found = terminal(sessionId)?.closest("[data-pane]")?.querySelector("header");
  if (!(found instanceof HTMLElement)) throw new Error(`no header over ${sessionId}`);
  return found;
}
