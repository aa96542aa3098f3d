// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { showSettings } from "../../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
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

async function openKeys(keys: Record<string, string> = {}) {
  const cloud = smallCloud();
  cloud.settings.keys = keys;
  const host = hostOf(cloud);
  openWindow(host);
  await tree();
  act(() => showSettings("keys"));
  const table = within(await screen.findByRole("table", { name: "Commands and their keys" }));
  const asked = () => host.asked("settings.set").map((change) => (change as { keys: unknown }).keys);
  return { table, asked, cloud };
}

type KeysTable = Awaited<ReturnType<typeof openKeys>>["table"];

/** Clicks the keys of a command and gives the button that listens. */
function record(table: KeysTable, title: string): HTMLElement {
  fireEvent.click(table.getByRole("button", { name: new RegExp(`^Change the keys of ${title}, `) }));
  return table.getByRole("button", { name: `Press the new keys for ${title}. Escape cancels.` });
}

afterEach(() => closeWindow());

it.each([
  ["dark mode", "Theme"],
  ["font", "Text size"],
  ["shortcut", "Split right"],
])("the settings' search knows %s by the word a person has for it", async (words, setting) => {
  await openKeys();
  fireEvent.change(screen.getByRole("searchbox", { name: "Search settings" }), { target: { value: words } });
  const found = await screen.findByRole("region", { name: "Settings that were found" });
  expect(found.querySelector(`[data-setting="${setting}"]`)).not.toBeNull();
});

describe("keyboard settings", () => {
  it("#15 lists every command with its keys and what follows the leader", async () => {
    const { table } = await openKeys();
    const row = table.getByRole("row", { name: /^Split right/ });
    expect(within(row).getByRole("button", { name: "Change the keys of Split right, now Ctrl+Shift+D" })).toBeTruthy();
    expect(within(row).getByText("|")).toBeTruthy();
  });

  it("#16 says which keys a browser keeps", async () => {
    const { table } = await openKeys();
    expect(
      table.getByRole("button", { name: "Change the keys of New shell here, now Ctrl+Shift+T, kept by the browser" }),
    ).toBeTruthy();
  });

  it("records a chord, and puts it back", async () => {
    const { table, asked } = await openKeys();
    const recorder = record(table, "Network stats");
    fireEvent.keyDown(recorder, { code: "ControlLeft", key: "Control", ctrlKey: true });
    fireEvent.keyDown(recorder, { code: "KeyY", key: "Y", ...CTRL_SHIFT });
    await waitFor(() => expect(asked()).toEqual([{ stats: "Control+Shift+KeyY" }]));
    const changed = await table.findByRole("button", { name: "Change the keys of Network stats, now Ctrl+Shift+Y" });
    expect(document.activeElement).toBe(changed);
    fireEvent.click(table.getByRole("button", { name: "Reset the keys of Network stats" }));
    await waitFor(() => expect(asked().at(-1)).toEqual({}));
    await table.findByRole("button", { name: "Change the keys of Network stats, now Ctrl+Shift+J" });
  });

  it("Escape changes nothing and leaves the focus where it was", async () => {
    const { table, asked } = await openKeys();
    fireEvent.keyDown(record(table, "Network stats"), { code: "Escape", key: "Escape" });
    const back = table.getByRole("button", { name: "Change the keys of Network stats, now Ctrl+Shift+J" });
    expect(document.activeElement).toBe(back);
    expect(asked()).toEqual([]);
  });

  it("#15 a conflict names the other command, and can be decided", async () => {
    const { table, asked } = await openKeys();
    fireEvent.keyDown(record(table, "Network stats"), { code: "KeyD", key: "D", ...CTRL_SHIFT });
    const alert = within(await table.findByRole("alert"));
    expect(alert.getByText("Ctrl+Shift+D is used by Split right.")).toBeTruthy();
    expect(asked()).toEqual([]);
    const take = alert.getByRole("button", { name: "Use here instead" });
    expect(document.activeElement).toBe(take);
    fireEvent.click(take);
    await waitFor(() => expect(asked()).toEqual([{ stats: "Control+Shift+KeyD", splitRight: "" }]));
    await table.findByRole("button", { name: "Change the keys of Split right, now none" });
  });

  it("Escape puts a note away, and the focus back on the keys it was about", async () => {
    const { table, asked } = await openKeys();
    fireEvent.keyDown(record(table, "Network stats"), { code: "KeyD", key: "D", ...CTRL_SHIFT });
    const take = await table.findByRole("button", { name: "Use here instead" });
    fireEvent.keyDown(take, { code: "Escape", key: "Escape" });
    expect(table.queryByRole("alert")).toBeNull();
    const keys = table.getByRole("button", { name: "Change the keys of Network stats, now Ctrl+Shift+J" });
    expect(document.activeElement).toBe(keys);
    expect(asked()).toEqual([]);
    fireEvent.keyDown(record(table, "Network stats"), { code: "KeyG", key: "g", ctrlKey: true });
    await table.findByText("Shells get Ctrl+G no longer.");
    const changed = await table.findByRole("button", { name: "Change the keys of Network stats, now Ctrl+G" });
    fireEvent.keyDown(changed, { code: "Escape", key: "Escape" });
    expect(table.queryByRole("alert")).toBeNull();
  });

  it("a reset that would take the keys of another command asks as well", async () => {
    const { table, asked } = await openKeys({ stats: "", sidebar: "Control+Shift+KeyJ" });
    fireEvent.click(table.getByRole("button", { name: "Reset the keys of Network stats" }));
    expect(await table.findByText("Ctrl+Shift+J is used by Sidebar.")).toBeTruthy();
    expect(asked()).toEqual([]);
  });

  it.each([
    ["the browser's", { code: "KeyT", key: "t", ctrlKey: true }, "The browser keeps Ctrl+T for itself."],
    ["the system's", { code: "F4", key: "F4", altKey: true }, "The system keeps Alt+F4 for itself."],
    ["typing's", { code: "KeyA", key: "A", shiftKey: true }, /^Shift\+A is needed for typing/],
    ["the shell's Ctrl+C", { code: "KeyC", key: "c", ctrlKey: true }, /^Ctrl\+C stays with the shell/],
  ])("refuses %s keys with a sentence, and goes on listening", async (_whose, event, sentence) => {
    const { table, asked } = await openKeys();
    const recorder = record(table, "Network stats");
    fireEvent.keyDown(recorder, event);
    expect(await table.findByText(sentence)).toBeTruthy();
    expect(recorder.isConnected).toBe(true);
    expect(asked()).toEqual([]);
  });

  it("#15 tells when shells lose a key by it", async () => {
    const { table, asked } = await openKeys();
    fireEvent.keyDown(record(table, "Network stats"), { code: "KeyG", key: "g", ctrlKey: true });
    expect(await table.findByText("Shells get Ctrl+G no longer.")).toBeTruthy();
    await waitFor(() => expect(asked()).toEqual([{ stats: "Control+KeyG" }]));
  });

  it("keys can be removed, and all be reset after a question", async () => {
    const { table, asked } = await openKeys();
    fireEvent.click(table.getByRole("button", { name: "Remove the keys of Sidebar" }));
    await waitFor(() => expect(asked()).toEqual([{ sidebar: "" }]));
    fireEvent.click(await screen.findByRole("button", { name: "Reset all keys" }));
    const question = within(await screen.findByRole("alertdialog"));
    expect(question.getByText("1 command will have the usual keys again.")).toBeTruthy();
    fireEvent.click(question.getByRole("button", { name: "Reset keys" }));
    await waitFor(() => expect(asked().at(-1)).toEqual({}));
  });

  it("#15 the nine keys of the tabs go off at once", async () => {
    const { asked } = await openKeys();
    fireEvent.click(screen.getByRole("switch", { name: "Alt+1 to Alt+9 go to tabs 1 to 9" }));
    await waitFor(() => expect(Object.values(asked().at(-1) as object)).toEqual(Array(9).fill("")));
  });

  it("finds commands by title and by keys, and says when there is none", async () => {
    const { table } = await openKeys();
    const field = screen.getByRole("searchbox", { name: "Search commands and keys" });
    fireEvent.change(field, { target: { value: "ctrl+shift+d" } });
    expect(table.getAllByRole("button", { name: /^Change the keys of / })).toHaveLength(1);
    fireEvent.change(field, { target: { value: "xyzzy" } });
    expect(await screen.findByText("No command matches the search.")).toBeTruthy();
  });
});
