// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useLeader } from "../../../../renderer/features/leader/leader-store.ts";
import { usePalette } from "../../../../renderer/features/palette/palette-store.ts";
import { setPaneMark, useShells } from "../../../../renderer/state/shell-store.ts";
import { useWindow } from "../../../../renderer/state/window-store.ts";
import { hostOf, machine, session, smallCloud, tunnel } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow, tree } from "../../../support/renderer-window.tsx";

// This DOM has no canvas to draw on.
vi.mock("uplot", () => ({
  default: class {
    readonly root = document.createElement("div");
    setData(): void {}
    setSize(): void {}
    destroy(): void {}
  },
}));

const CTRL_SHIFT = { ctrlKey: true, shiftKey: true };
const AMS = machine("m-web-1", "ams");

async function open() {
  const cloud = smallCloud();
  let opened = 0;
  const host = hostOf(cloud).handle("sessions.open", ({ appName }) =>
    session(`s-${++opened}`, appName, AMS, { state: "connecting", readyMs: null }),
  );
  openWindow(host);
  await tree();
  return host;
}

const press = (code: string, key: string, mods: object = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, { code, key, ...mods });
const openPalette = () => press("KeyP", "P", CTRL_SHIFT);
const openPlaces = () => press("KeyO", "O", CTRL_SHIFT);
const dialog = async (name: string) => within(await screen.findByRole("dialog", { name }));
const field = (name: string) => screen.findByRole("combobox", { name });
const options = () => screen.getAllByRole("option").map((option) => option.textContent);

afterEach(() => {
  act(() => {
    usePalette.setState({ mode: null, returnTo: null });
    useLeader.setState({ active: false, returnTo: null });
  });
  localStorage.clear();
  closeWindow();
});

describe("the palette", () => {
  it("finds a command by a few letters, runs it, and gives the focus back", async () => {
    await open();
    const before = screen.getByRole("tree");
    before.focus();
    openPalette();
    const input = await field("Command palette");
    fireEvent.change(input, { target: { value: "netst" } });
    expect(options()[0]).toContain("Network stats");
    fireEvent.keyDown(input, { key: "Enter", code: "Enter" });
    await waitFor(() => expect(useWindow.getState().statsOpen).toBe(true));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(before);
  });

  it("shows the keys of what it offers, and nothing that has nothing to act on", async () => {
    await open();
    openPalette();
    await field("Command palette");
    expect(screen.getByRole("option", { name: /^Network stats/ }).textContent).toContain("Ctrl+Shift+J");
    expect(screen.queryByRole("option", { name: /^Close shell/ })).toBeNull();
    expect(screen.queryByRole("option", { name: /^Zoom pane/ })).toBeNull();
  });

  it("puts what was used last on top", async () => {
    await open();
    openPalette();
    fireEvent.change(await field("Command palette"), { target: { value: "larger" } });
    fireEvent.keyDown(await field("Command palette"), { key: "Enter", code: "Enter" });
    openPalette();
    await field("Command palette");
    expect(screen.getByText("Recently used")).toBeTruthy();
    expect(options()[0]).toContain("Larger text");
  });

  it("finds apps too, the best match first", async () => {
    const host = await open();
    openPalette();
    const input = await field("Command palette");
    fireEvent.change(input, { target: { value: "notes" } });
    await waitFor(() => expect(options()[0]).toContain("notes"));
    fireEvent.keyDown(input, { key: "Enter", code: "Enter" });
    await waitFor(() => expect(host.asked("sessions.open")).toHaveLength(1));
    expect(host.asked("sessions.open")[0]).toMatchObject({ appName: "notes", orgSlug: "ada" });
  });

  it("says so when nothing matches", async () => {
    await open();
    openPalette();
    fireEvent.change(await field("Command palette"), { target: { value: "xyzzy" } });
    expect((await dialog("Command palette")).getByText("Nothing matches “xyzzy”.")).toBeTruthy();
  });

  it("Escape closes it, and so do its keys; those of quick open turn it over", async () => {
    await open();
    openPalette();
    await field("Command palette");
    openPlaces();
    await field("Open an app, machine or shell");
    openPlaces();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    openPalette();
    fireEvent.keyDown(await field("Command palette"), { key: "Escape", code: "Escape" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("while it is open no other shortcut acts behind it", async () => {
    await open();
    openPalette();
    await field("Command palette");
    press("KeyJ", "J", CTRL_SHIFT);
    expect(useWindow.getState().statsOpen).toBe(false);
  });

  it("N8 says of a shell what its tab says, also when that changes while it is open", async () => {
    const cloud = smallCloud();
    cloud.sessions = [session("s-1", "web", AMS)];
    const host = hostOf(cloud);
    openWindow(host);
    await screen.findByRole("tab", { name: /^web, / });
    openPalette();
    const input = await field("Command palette");
    fireEvent.change(input, { target: { value: "web" } });
    const shell = () => screen.getByRole("option", { name: /^web m-web-1 · ams/ });
    expect(shell().textContent).toMatch(/open$/);
    expect(shell().querySelector("[data-status=running]")).not.toBeNull();
    act(() => host.emit("tunnels.changed", [tunnel({ state: "silent" })]));
    expect(shell().textContent).toMatch(/open, gateway silent$/);
    expect(shell().querySelector("[data-status=silent]")).not.toBeNull();
    act(() => host.emit("tunnels.changed", [tunnel()]));
    expect(shell().textContent).toMatch(/open$/);
  });

  it.each([
    ["the folder of OSC 7, where its program set no title", null, "/srv/app"],
    ["its program's title, which says more", "vim fly.toml", "vim fly.toml"],
  ])("says of a shell where it is: %s", async (_, title, shown) => {
    const cloud = smallCloud();
    cloud.sessions = [session("s-1", "web", AMS)];
    openWindow(hostOf(cloud));
    await screen.findByRole("tab", { name: /^web, / });
    const [paneKey = ""] = useShells.getState().panes.keys();
    act(() => setPaneMark(paneKey, { cwd: "/srv/app", title }));
    openPalette();
    fireEvent.change(await field("Command palette"), { target: { value: "web" } });
    expect(options()).toContain(`web m-web-1 · ams · ${shown} open`);
  });

  it("opens from its button in the top bar", async () => {
    await open();
    fireEvent.click(screen.getByRole("button", { name: "Search or run a command…" }));
    await field("Command palette");
  });
});

describe("quick open", () => {
  it("lists apps of every organization, and machines of those that were looked at", async () => {
    await open();
    openPlaces();
    const input = await field("Open an app, machine or shell");
    await waitFor(() => expect(options().map((text) => text?.split(" ")[0])).toEqual(["jobs", "notes", "web"]));
    fireEvent.change(input, { target: { value: "fra" } });
    await waitFor(() => expect(options()[0]).toContain("m-web-2"));
  });

  it("Ctrl+Enter opens beside the shell in front", async () => {
    const host = await open();
    openPlaces();
    fireEvent.change(await field("Open an app, machine or shell"), { target: { value: "web" } });
    await waitFor(() => expect(options()[0]).toContain("web"));
    fireEvent.keyDown(await field("Open an app, machine or shell"), { key: "Enter", code: "Enter" });
    await waitFor(() => expect(host.asked("sessions.open")).toHaveLength(1));
    openPlaces();
    fireEvent.change(await field("Open an app, machine or shell"), { target: { value: "notes" } });
    await waitFor(() => expect(options()[0]).toContain("notes"));
    fireEvent.keyDown(await field("Open an app, machine or shell"), { key: "Enter", code: "Enter", ctrlKey: true });
    await waitFor(() => expect(host.asked("sessions.open")).toHaveLength(2));
    expect(screen.getAllByRole("tab", { name: /connecting/ })).toHaveLength(1);
  });
});

describe("the leader", () => {
  const leader = () => press("Space", " ", CTRL_SHIFT);
  const overlay = () => screen.findByRole("dialog", { name: "Leader key" });

  it("takes the focus, runs what the next key means, and gives the focus back", async () => {
    await open();
    const before = screen.getByRole("tree");
    before.focus();
    leader();
    expect(document.activeElement).toBe(await overlay());
    press("KeyI", "i");
    expect(useWindow.getState().statsOpen).toBe(true);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(before);
  });

  it("knows its keys on a layout without Latin letters, and what AltGr writes", async () => {
    await open();
    leader();
    await overlay();
    press("KeyI", "ш");
    expect(useWindow.getState().statsOpen).toBe(true);
    leader();
    press("IntlBackslash", "|", { ctrlKey: true, altKey: true });
    expect((await screen.findByRole("dialog")).textContent).toContain(
      "Split right: there is nothing to do it with now.",
    );
  });

  it("says when a key means nothing, stays, and leaves with Escape", async () => {
    await open();
    leader();
    const dialog = await overlay();
    press("KeyX", "x");
    expect(within(dialog).getByRole("status").textContent).toBe("x means nothing here.");
    press("ShiftLeft", "Shift", { shiftKey: true });
    expect(dialog.isConnected).toBe(true);
    press("Escape", "Escape");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("#25 an input method's keys are waited for, not taken", async () => {
    await open();
    leader();
    await overlay();
    press("KeyI", "Process", { isComposing: true });
    press("KeyI", "Process", { keyCode: 229 });
    expect(useWindow.getState().statsOpen).toBe(false);
  });
});
