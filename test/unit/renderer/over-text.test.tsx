// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { terminalOf } from "../../../renderer/features/terminal/open-terminals.ts";
import { pageClock } from "../../../renderer/features/terminal/page-clock.ts";
import { useShells } from "../../../renderer/state/shell-store.ts";
import { hostOf, machine, session, smallCloud, tunnel } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

const ROW = 20;
const encoder = new TextEncoder();

async function world(): Promise<ScriptedHost> {
  const cloud = {
    ...smallCloud(),
    sessions: [session("a", "web", machine("m-web-1", "ams"))],
    tunnels: [tunnel()],
  };
  const host = hostOf(cloud).handle("sessions.attach", () => ({ channel: 1 }));
  openWindow(host);
  await waitFor(() => expect(host.asked("sessions.attach")).toHaveLength(1), { timeout: 5_000 });
  return host;
}

function shell() {
  const controller = terminalOf([...useShells.getState().panes.keys()][0]!);
  if (controller === undefined) throw new Error("no terminal is open");
  return controller;
}

const edge = (): string | null | undefined =>
  screen.queryByRole("alert")?.closest("[data-over-text]")?.getAttribute("data-over-text");

const print = (host: ScriptedHost, text: string) => act(async () => host.sendFrame("output", 1, encoder.encode(text)));

afterEach(() => {
  vi.restoreAllMocks();
  closeWindow();
});

it("what is told in a pane takes no row from its program, nor the line with the cursor from who types", async () => {
  // Nothing has a size here: a pane of the terminal's 24 rows, and a bar of two.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(24 * ROW);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(2 * ROW);
  const host = await world();
  const text = document.querySelector("[data-session-id=a]");
  await print(host, "$ ");
  act(() => shell().ui.setState({ notice: { kind: "paste-failed" } }));
  expect(edge()).toBe("bottom");
  expect(document.querySelector("[data-session-id=a]")).toBe(text);
  // It stays where it is until it would be in the way.
  await print(host, "\x1b[20H");
  expect(edge()).toBe("bottom");
  await print(host, "\x1b[23H");
  await waitFor(() => expect(edge()).toBe("top"));
  await print(host, "\x1b[3H");
  expect(edge()).toBe("top");
  await print(host, "\x1b[2H");
  await waitFor(() => expect(edge()).toBe("bottom"));
});

it("a bar that comes is where the cursor is not, whatever it was before", async () => {
  const host = await world();
  await print(host, "\x1b[20H$ ");
  await waitFor(() => expect(shell().cursorLine.isHigh).toBe(false));
  act(() => shell().ui.setState({ notice: { kind: "paste-failed" } }));
  expect(edge()).toBe("top");
});

it("#26 stays where it is as long as somebody may be about to press a button there, whatever the cursor does", async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(24 * ROW);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(2 * ROW);
  const host = await world();
  await print(host, "$ ");
  act(() => shell().ui.setState({ notice: { kind: "paste-failed" } }));
  const box = screen.getByRole("alert").closest("[data-over-text]")!;
  const matches = vi.spyOn(box, "matches").mockImplementation((selector) => selector.includes(":hover"));
  await print(host, "\x1b[23H");
  await waitFor(() => expect(shell().cursorLine.isHigh).toBe(false));
  expect(edge()).toBe("bottom");
  matches.mockRestore();
  fireEvent.pointerLeave(box);
  expect(edge()).toBe("top");
});

it("#26 no click answers what a program asks within half a second of its coming, or of its going elsewhere", async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(24 * ROW);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(2 * ROW);
  let now = 10_000;
  vi.spyOn(pageClock, "now").mockImplementation(() => now);
  const host = await world();
  await print(host, "$ ");
  now += 10_000;
  await print(host, `\x1b]52;c;${btoa("theirs")}\x07`);
  const never = await screen.findByRole("button", { name: "Never" });
  const asked = () => shell().ui.getState().clipboard;
  now += 499;
  fireEvent.click(never);
  expect(asked()).not.toBeNull();
  now += 500;
  await print(host, "\x1b[24H");
  await waitFor(() => expect(never.closest("[data-over-text=top]")).not.toBeNull());
  fireEvent.click(never);
  now += 499;
  fireEvent.click(never);
  expect(asked()).not.toBeNull();
  now += 1;
  fireEvent.click(never);
  await waitFor(() => expect(asked()).toBeNull());
});
