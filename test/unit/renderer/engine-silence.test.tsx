// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

/** The host is there and its engine does not answer. */

afterEach(() => closeWindow());

const notice = () => screen.findByRole("alert");

async function openOn(cloud = smallCloud()) {
  const host = hostOf(cloud).handle("engine.restart", () => ({}));
  openWindow(host);
  await waitFor(() => expect(host.asked("accounts.list").length).toBeGreaterThan(0));
  await act(async () => undefined);
  return host;
}

it("#12 says so in the status bar, spoken too, and takes it back when the engine answers", async () => {
  const host = await openOn();
  act(() => host.emit("engine.silence", { silent: true }));
  const bar = screen.getByRole("contentinfo");
  expect(within(bar).getByRole("alert").textContent).toContain("The engine does not answer.");
  act(() => host.emit("engine.silence", { silent: false }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  expect(host.asked("engine.restart")).toEqual([]);
});

it("#12 claims nothing of a shell meanwhile", async () => {
  const cloud = smallCloud();
  cloud.sessions.push(session("s1", "web", machine("m-web-1", "ams")));
  const host = await openOn(cloud);
  const tab = await screen.findByRole("tab", { name: /^web, .*open$/ });
  act(() => host.emit("engine.silence", { silent: true }));
  await waitFor(() => expect(tab.getAttribute("aria-label")).toMatch(/unknown/));
  act(() => host.emit("engine.silence", { silent: false }));
  await waitFor(() => expect(tab.getAttribute("aria-label")).toMatch(/open$/));
});

it("#12 restarts it when asked, once, and says nothing of an answer that went with the link", async () => {
  const host = await openOn();
  host.handle("engine.restart", () => {
    throw new ScriptedError({ code: "link-lost" });
  });
  act(() => host.emit("engine.silence", { silent: true }));
  const restart = within(await notice()).getByRole("button", { name: "Restart it" });
  fireEvent.click(restart);
  await waitFor(() => expect(restart.getAttribute("aria-busy")).toBe("true"));
  fireEvent.click(restart);
  await waitFor(() => expect(host.asked("engine.restart")).toHaveLength(1));
  act(() => host.setLink("lost"));
  expect((await notice()).textContent).toContain("The connection to Culvert was lost.");
  act(() => host.setLink("open"));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

it("#12 is said on a page without a status bar as well", async () => {
  const host = await openOn({ ...smallCloud(), accounts: [] });
  await screen.findByRole("button", { name: "Try the demo network" });
  act(() => host.emit("engine.silence", { silent: true }));
  expect((await notice()).textContent).toContain("The engine does not answer.");
});
