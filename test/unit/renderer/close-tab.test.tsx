// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";
import { splitActive } from "../../../renderer/state/shell-actions.ts";
import { useShells } from "../../../renderer/state/shell-store.ts";
import { appKey } from "../../../shared/settings.ts";
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
  const host = hostOf(cloud)
    .handle("sessions.open", () => session("s2", "web", AMS))
    .handle("sessions.attach", () => ({ channel: 1 }));
  const bridge = openShells(host);
  await waitFor(() => expect(tabs()).toBe(1));
  return bridge;
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
