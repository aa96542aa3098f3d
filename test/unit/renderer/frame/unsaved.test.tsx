// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { showSettings } from "../../../../renderer/state/window-store.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../../support/renderer-window.tsx";

afterEach(() => closeWindow());

async function settingsOf(host: ScriptedHost): Promise<void> {
  openWindow(host);
  act(() => showSettings("appearance"));
  await screen.findByRole("searchbox", { name: "Search settings" });
}

const dark = () => within(screen.getByRole("radiogroup", { name: "Theme" })).getByRole("radio", { name: "Dark" });
const notSaved = () => screen.queryAllByRole("alert").find(({ textContent }) => textContent?.includes("was not saved"));

it("E3 a setting that could not be kept is shown as it was, with a note that says so until one is kept", async () => {
  const cloud = smallCloud();
  let isFull = true;
  const host = hostOf(cloud).handle("settings.set", () => {
    if (isFull) throw new ScriptedError({ code: "storage" });
    return { ...cloud.settings, theme: "dark" };
  });
  await settingsOf(host);
  fireEvent.click(dark());
  await waitFor(() => expect(notSaved()).toBeDefined());
  expect(dark().getAttribute("aria-checked")).toBe("false");
  isFull = false;
  fireEvent.click(dark());
  await waitFor(() => expect(notSaved()).toBeUndefined());
  expect(dark().getAttribute("aria-checked")).toBe("true");
});

it("E3 one that is chosen while the link is lost is not shown as taken", async () => {
  const host = hostOf(smallCloud());
  await settingsOf(host);
  act(() => host.setLink("lost"));
  fireEvent.click(dark());
  await waitFor(() => expect(notSaved()).toBeDefined());
  expect(dark().getAttribute("aria-checked")).toBe("false");
  expect(host.asked("settings.set")).toEqual([]);
});
