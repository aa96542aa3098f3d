// @vitest-environment happy-dom
import { FitAddon } from "@xterm/addon-fit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Bridge } from "../../../../renderer/bridge/bridge.ts";
import { TerminalController } from "../../../../renderer/features/terminal/terminal-controller.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/settings.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";

let terminal: TerminalController;
const nothing = (): void => undefined;
const size = { width: 600, height: 300 };

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockImplementation(() => size.width);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockImplementation(() => size.height);
  const place = document.createElement("div");
  document.body.append(place);
  terminal = new TerminalController(new Bridge(hostOf(smallCloud()).link), "s1", place, DEFAULT_SETTINGS, {
    onAttached: nothing,
    onDetached: nothing,
    onNews: nothing,
    onBell: nothing,
    onTitle: nothing,
    onDirectory: nothing,
    onProgress: nothing,
    onEndedKey: () => false,
    isShortcut: () => false,
  });
});

afterEach(() => {
  terminal.dispose();
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

it("a terminal that comes to the front is matched to its place once, and again when that or its text has another size", () => {
  const fit = vi.spyOn(FitAddon.prototype, "fit");
  terminal.setVisible(true);
  terminal.fit();
  expect(fit).toHaveBeenCalledTimes(1);
  size.width = 500;
  terminal.fit();
  terminal.fit();
  expect(fit).toHaveBeenCalledTimes(2);
  terminal.setVisible(false);
  terminal.setVisible(true);
  expect(fit).toHaveBeenCalledTimes(2);
  const look = { readOnly: false, production: false, clipboardWrites: undefined, label: "web", theme: "dark" } as const;
  terminal.setAppearance({ ...DEFAULT_SETTINGS, fontSize: 20 }, look);
  expect(fit).toHaveBeenCalledTimes(3);
});

it("a terminal without scrollback has no bar for it: with it goes, and comes, the bar's width", () => {
  const fit = vi.spyOn(FitAddon.prototype, "fit");
  terminal.setVisible(true);
  const look = { readOnly: false, production: false, clipboardWrites: undefined, label: "web", theme: "dark" } as const;
  terminal.setAppearance(DEFAULT_SETTINGS, look);
  expect(fit).toHaveBeenCalledTimes(1);
  terminal.setAppearance({ ...DEFAULT_SETTINGS, scrollback: 0 }, look);
  expect(fit).toHaveBeenCalledTimes(2);
  terminal.setAppearance({ ...DEFAULT_SETTINGS, scrollback: 500 }, look);
  expect(fit).toHaveBeenCalledTimes(3);
  terminal.setAppearance({ ...DEFAULT_SETTINGS, scrollback: 1000 }, look);
  expect(fit).toHaveBeenCalledTimes(3);
});
