// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";
import { runCommand } from "../../../renderer/commands/actions.ts";
import { makeQueryClient } from "../../../renderer/state/queries.ts";
import { openShell, splitActive } from "../../../renderer/state/shell-actions.ts";
import { useShells } from "../../../renderer/state/shell-store.ts";
import { appKey, DEFAULT_SETTINGS, type Settings } from "../../../shared/settings.ts";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { closeShells, openShells } from "../../support/renderer-shells.tsx";

const AMS = machine("m-web-1", "ams");
const tabs = () => useShells.getState().tabs.length;
const tab = () => screen.findByRole("tab", { name: /^web/ });

beforeAll(async () => {
  await import("../../../renderer/features/late.ts");
}, 30_000);
afterEach(() => closeShells());

async function oneShell(production: boolean) {
  const cloud = smallCloud();
  cloud.sessions = [session("s1", "web", AMS)];
  if (production) {
    const { target } = session("s1", "web", AMS);
    cloud.settings.marks = { [appKey(target)]: { colour: "none", production: true } };
  }
  let opened = 1;
  const host = hostOf(cloud)
    .handle("sessions.open", ({ appName }) => session(`s${++opened}`, appName, AMS))
    .handle("sessions.attach", () => ({ channel: opened }));
  const bridge = openShells(host);
  await waitFor(() => expect(tabs()).toBe(1));
  return bridge;
}

/** Chooses from the menu of the tabs: with the pointer over one of them, that one's. */
async function choose(tab: Element, name: string): Promise<void> {
  fireEvent.contextMenu(tab);
  fireEvent.click(await screen.findByRole("menuitem", { name }));
}

const middleClick = (element: Element) => fireEvent(element, new MouseEvent("auxclick", { bubbles: true, button: 1 }));

it("a tab of one ordinary shell closes at once by a middle click", async () => {
  await oneShell(false);
  middleClick(await tab());
  expect(tabs()).toBe(0);
});

it("one of several live shells is asked for by its app and their number: Escape keeps it, Enter closes it", async () => {
  const bridge = await oneShell(false);
  await act(() => splitActive(bridge, "right"));
  middleClick(await tab());
  const question = await screen.findByRole("alertdialog", { name: "Close web?" });
  expect(question.textContent).toContain("2 shells");
  fireEvent.keyDown(question, { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(tabs()).toBe(1);
  middleClick(await tab());
  const confirm = await screen.findByRole("button", { name: "Close tab" });
  await waitFor(() => expect(document.activeElement).toBe(confirm));
  fireEvent.click(confirm);
  await waitFor(() => expect(tabs()).toBe(0));
});

it("one of an app that is marked as production is asked for, too", async () => {
  await oneShell(true);
  await screen.findByTestId("production");
  middleClick(await tab());
  const question = await screen.findByRole("alertdialog", { name: "Close web?" });
  expect(question.textContent).toContain("production");
  expect(tabs()).toBe(1);
});

it("a menu asks like the pointer before it closes a tab of several shells", async () => {
  const bridge = await oneShell(false);
  await act(() => splitActive(bridge, "right"));
  await choose(await tab(), "Close tab");
  expect((await screen.findByRole("alertdialog", { name: "Close web?" })).textContent).toContain("2 shells");
  expect(tabs()).toBe(1);
});

it("the other tabs are asked for at once, with how many shells end in all; the one that was meant stays", async () => {
  const bridge = await oneShell(true);
  const { request } = [...useShells.getState().panes.values()][0]!;
  await act(() => openShell(bridge, { ...request, appName: "api" }));
  await act(() => openShell(bridge, { ...request, appName: "db" }));
  await choose(await screen.findByRole("tab", { name: /^db/ }), "Close other shells");
  const question = await screen.findByRole("alertdialog", { name: "Close 2 tabs?" });
  expect(question.textContent).toContain("2 shells end");
  expect(question.textContent).toContain("Marked as production: web.");
  expect(tabs()).toBe(3);
  fireEvent.click(await screen.findByRole("button", { name: "Close tabs" }));
  await waitFor(() => expect(tabs()).toBe(1));
  expect(screen.getByRole("tab").getAttribute("aria-label")).toMatch(/^db/);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("a shell in production that is closed by itself is asked for, by its key and in the list of shells", async () => {
  const bridge = await oneShell(true);
  await screen.findByTestId("production");
  const { marks } = await bridge.call("settings.get", {});
  const settings = (): Settings => ({ ...DEFAULT_SETTINGS, marks });
  act(() => runCommand("closeShell", { bridge, client: makeQueryClient(), settings, change: () => undefined }));
  const byKey = await screen.findByRole("alertdialog", { name: "Close web?" });
  expect(byKey.textContent).toContain("Marked as production: web. Its shell ends.");
  // An Enter that is on its way already, meant for the shell, ends nothing.
  const keep = await screen.findByRole("button", { name: "Cancel" });
  await waitFor(() => expect(document.activeElement).toBe(keep));
  fireEvent.keyDown(byKey, { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  fireEvent.click(screen.getByRole("button", { name: "Shells and commands" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: /^Close shell/ }));
  await screen.findByRole("alertdialog", { name: "Close web?" });
  expect(tabs()).toBe(1);
  fireEvent.click(await screen.findByRole("button", { name: "Close shell" }));
  await waitFor(() => expect(tabs()).toBe(0));
});
