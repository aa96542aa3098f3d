// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { bind } from "../../../../renderer/commands/bindings.ts";
import { useWindow } from "../../../../renderer/state/window-store.ts";
import { hostOf, machine, session, smallCloud } from "../../../support/renderer-fixtures.ts";
import { closeWindow, openWindow, tree } from "../../../support/renderer-window.tsx";

afterEach(() => {
  closeWindow();
  bind({});
});

const focused = () => document.activeElement;
const press = (init: KeyboardEventInit): void =>
  void fireEvent.keyDown(document.activeElement ?? document.body, { bubbles: true, ...init });
const SETTINGS: KeyboardEventInit = { key: ",", code: "Comma", ctrlKey: true };
const SIDEBAR: KeyboardEventInit = { key: "B", code: "KeyB", ctrlKey: true, shiftKey: true };
const search = () => screen.findByRole("searchbox", { name: "Search settings" });

/** The leader and the key after it. */
async function lead(key: string): Promise<void> {
  press({ key: " ", code: "Space", ctrlKey: true, shiftKey: true });
  fireEvent.keyDown(await screen.findByRole("dialog", { name: "Leader key" }), { key });
}

it("from a terminal into the settings, to the peers and back, the keyboard is never left with nothing", async () => {
  const cloud = smallCloud();
  cloud.sessions = [session("s1", "web", machine("m-web-1", "ams"))];
  openWindow(hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 })));
  const terminal = await screen.findByTestId("terminal");
  await waitFor(() => expect(terminal.contains(focused())).toBe(true));
  press(SETTINGS);
  await waitFor(async () => expect(focused()).toBe(await search()));
  const tab = screen.getByRole("tab", { name: "Keys" });
  act(() => tab.focus());
  press(SETTINGS);
  expect(focused()).toBe(await search());
  await lead("y");
  await waitFor(() => expect(focused()).toBe(screen.getByRole("heading", { name: "Peers" })));
  await lead("a");
  await waitFor(() => expect(terminal.contains(focused())).toBe(true));
});

it("without a shell the way back leads to the apps; the rail keeps the focus that a click gave it", async () => {
  openWindow(hostOf(smallCloud()));
  await tree();
  press(SETTINGS);
  await waitFor(async () => expect(focused()).toBe(await search()));
  press(SIDEBAR);
  await waitFor(() => expect(focused()?.closest("[data-region=tree]")).not.toBeNull());
  const rail = screen.getByRole("button", { name: "Settings" });
  act(() => rail.focus());
  fireEvent.click(rail);
  await search();
  expect(focused()).toBe(rail);
});

it("keys that were all reset leave the focus in the settings", async () => {
  const cloud = smallCloud();
  cloud.settings.keys = { stats: "Control+Alt+KeyL" };
  openWindow(hostOf(cloud));
  await tree();
  act(() => useWindow.setState({ view: "settings", settingsSection: "keys" }));
  const reset = await screen.findByRole("button", { name: "Reset all keys" });
  act(() => reset.focus());
  fireEvent.click(reset);
  const dialog = await screen.findByRole("alertdialog");
  await waitFor(() => expect(dialog.contains(focused())).toBe(true));
  const form = dialog.querySelector("form");
  if (form !== null) fireEvent.submit(form);
  await waitFor(() => expect(screen.queryByRole("button", { name: "Reset all keys" })).toBeNull());
  await waitFor(async () => expect(focused()).toBe(await search()));
});

it("apps are shown with their sidebar, which may be folded", async () => {
  openWindow(hostOf(smallCloud()));
  await tree();
  act(() => useWindow.setState({ sidebarOpen: false }));
  await waitFor(() => expect(screen.queryByRole("tree")).toBeNull());
  await lead("a");
  expect(useWindow.getState().sidebarOpen).toBe(true);
});
