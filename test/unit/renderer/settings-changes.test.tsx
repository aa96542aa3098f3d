// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { showSettings } from "../../../renderer/state/window-store.ts";
import type { Settings } from "../../../shared/settings.ts";
import { hostOf, smallCloud } from "../../support/renderer-fixtures.ts";
import { ScriptedError, type ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { closeWindow, openWindow } from "../../support/renderer-window.tsx";

afterEach(() => closeWindow());

/** A host that keeps each change at once and answers it when the test says so, in order. */
function slowHost(): { host: ScriptedHost; answers: (() => void)[]; kept: Settings } {
  const cloud = smallCloud();
  const answers: (() => void)[] = [];
  const host = hostOf(cloud).handle("settings.set", (change) => {
    Object.assign(cloud.settings, change);
    const answer = { ...cloud.settings };
    return new Promise((resolve) => answers.push(() => resolve(answer)));
  });
  return { host, answers, kept: cloud.settings };
}

async function terminalSettings(host: ScriptedHost): Promise<void> {
  openWindow(host);
  act(() => showSettings("terminal"));
  await screen.findByRole("textbox", { name: "Text size" });
}

const field = (name: string): HTMLInputElement => screen.getByRole("textbox", { name });

it("a number counts when it is typed whole: on the way to 20000 no shell loses its lines", async () => {
  const { host } = slowHost();
  await terminalSettings(host);
  const scrollback = field("Scrollback");
  for (const text of ["2", "20", "200", "2000", "20000"]) fireEvent.change(scrollback, { target: { value: text } });
  expect(host.asked("settings.set")).toEqual([]);
  fireEvent.keyDown(scrollback, { key: "Enter" });
  await waitFor(() => expect(host.asked("settings.set")).toEqual([{ scrollback: 20_000 }]));
  expect(scrollback.value).toBe("20000");
});

it("going on keeps what was typed, also when its view goes away; Escape does not", async () => {
  const { host } = slowHost();
  await terminalSettings(host);
  fireEvent.change(field("Text size"), { target: { value: "15" } });
  fireEvent.keyDown(field("Text size"), { key: "Escape" });
  expect(field("Text size").value).toBe("13");
  fireEvent.change(field("Text size"), { target: { value: "16" } });
  fireEvent.blur(field("Text size"));
  await waitFor(() => expect(host.asked("settings.set")).toEqual([{ fontSize: 16 }]));
  fireEvent.change(field("Scrollback"), { target: { value: "700" } });
  act(() => showSettings("appearance"));
  await waitFor(() => expect(host.asked("settings.set")).toEqual([{ fontSize: 16 }, { scrollback: 700 }]));
});

it("what may become a number within the bounds is no fault yet; what is kept out says why", async () => {
  const { host } = slowHost();
  await terminalSettings(host);
  const size = field("Text size");
  fireEvent.change(size, { target: { value: "1" } });
  expect(size.getAttribute("aria-invalid")).toBe("false");
  fireEvent.keyDown(size, { key: "Enter" });
  expect(size.getAttribute("aria-invalid")).toBe("true");
  fireEvent.change(size, { target: { value: "999" } });
  expect(size.getAttribute("aria-invalid")).toBe("true");
  fireEvent.blur(size);
  expect(host.asked("settings.set")).toEqual([]);
});

it("an answer to an earlier change does not take back a later one", async () => {
  const { host, answers } = slowHost();
  await terminalSettings(host);
  const more = screen.getByRole("button", { name: "Text size: more" });
  for (let click = 0; click < 4; click++) {
    fireEvent.click(more);
    await waitFor(() => expect(answers.length).toBe(click + 1));
  }
  expect(field("Text size").value).toBe("17");
  for (const answer of answers) {
    await act(async () => answer());
    expect(field("Text size").value).toBe("17");
  }
});

it("what another window changes is shown beside what is still on its way", async () => {
  const { host, answers, kept } = slowHost();
  await terminalSettings(host);
  fireEvent.click(screen.getByRole("button", { name: "Text size: more" }));
  await waitFor(() => expect(answers.length).toBe(1));
  act(() => host.emit("settings.changed", { ...kept, fontSize: 13, scrollback: 4321 }));
  await waitFor(() => expect(field("Scrollback").value).toBe("4321"));
  expect(field("Text size").value).toBe("14");
});

it("a change that is refused takes no other with it", async () => {
  const cloud = smallCloud();
  const waiting: (() => void)[] = [];
  const host = hostOf(cloud).handle("settings.set", (change) => {
    if (change.scrollback === undefined) return new Promise((resolve) => waiting.push(() => resolve(cloud.settings)));
    throw new ScriptedError({ code: "storage" });
  });
  await terminalSettings(host);
  fireEvent.click(screen.getByRole("button", { name: "Text size: more" }));
  fireEvent.click(screen.getByRole("button", { name: "Scrollback: more" }));
  await waitFor(() => expect(host.asked("settings.get").length).toBe(2));
  await waitFor(() => expect(field("Scrollback").value).toBe("10000"));
  expect(field("Text size").value).toBe("14");
});

it.each([
  { pane: "appearance", setting: { density: "comfortable" }, row: "Density", role: "radio", name: "Compact" },
  {
    pane: "terminal",
    setting: { cursorBlink: false },
    row: "Blinking cursor",
    role: "switch",
    name: "Blinking cursor",
  },
  { pane: "terminal", setting: { fontSize: 20 }, row: "Text size", role: "textbox", name: "Text size" },
  { pane: "terminal", setting: { fontFamily: "Fira" }, row: "Font", role: "textbox", name: "Font" },
] as const)("a reset hands its focus to what it has put back: $row", async ({ pane, setting, row, role, name }) => {
  const cloud = smallCloud();
  Object.assign(cloud.settings, setting);
  openWindow(hostOf(cloud));
  act(() => showSettings(pane));
  const reset = await screen.findByRole("button", { name: `Reset ${row}` });
  act(() => reset.focus());
  fireEvent.click(reset);
  await waitFor(() => expect(screen.queryByRole("button", { name: `Reset ${row}` })).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole(role, { name })));
});
