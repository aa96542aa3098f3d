// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../../../renderer/bridge/bridge.ts";
import { type Appearance, TerminalController } from "../../../../renderer/features/terminal/terminal-controller.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/settings.ts";
import { hostOf, smallCloud } from "../../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../../support/renderer-scripted-host.ts";

const LOOK: Appearance = {
  readOnly: false,
  production: false,
  clipboardWrites: undefined,
  label: "web",
  theme: "dark",
};

let host: ScriptedHost;
let terminal: TerminalController;
const onNews = vi.fn();

beforeEach(() => {
  onNews.mockClear();
  host = hostOf(smallCloud()).handle("sessions.attach", () => ({ channel: 1 }));
  const place = document.createElement("div");
  document.body.append(place);
  terminal = new TerminalController(new Bridge(host.link), "s1", place, DEFAULT_SETTINGS, {
    onAttached: () => undefined,
    onDetached: () => undefined,
    onNews,
    onBell: () => undefined,
    onTitle: () => undefined,
    onDirectory: () => undefined,
    onProgress: () => undefined,
    onEndedKey: () => false,
    isShortcut: () => false,
  });
});

afterEach(() => {
  terminal.dispose();
  document.body.replaceChildren();
});

async function typed(): Promise<string> {
  await terminal.attach();
  // What is sent is taken a turn later, by which time a key after it has come too.
  terminal.type("!");
  await vi.waitFor(() => expect(input()).toMatch(/!$/));
  return input();
}
const input = (): string =>
  host.frames
    .filter(({ kind }) => kind === "input")
    .map(({ payload }) => new TextDecoder().decode(payload))
    .join("");

describe("keys typed before the shell is there", () => {
  it("are sent when it is, in their order", async () => {
    terminal.setAppearance(DEFAULT_SETTINGS, LOOK);
    terminal.type("ls");
    terminal.type(" -l");
    expect(await typed()).toBe("ls -l!");
  });

  it("are kept up to 4 KiB", async () => {
    terminal.type("a".repeat(4000));
    terminal.type("b".repeat(97));
    terminal.type("c".repeat(96));
    expect(await typed()).toBe(`${"a".repeat(4000)}${"c".repeat(96)}!`);
  });

  it("are forgotten with a shell that is over: the next one does not get them", async () => {
    terminal.type("rm -r build");
    terminal.setAppearance(DEFAULT_SETTINGS, { ...LOOK, readOnly: true });
    terminal.setAppearance(DEFAULT_SETTINGS, LOOK);
    expect(await typed()).toBe("!");
  });
});

describe("#27 output", () => {
  it.each([
    [false, 1],
    [true, 0],
  ])("is news while nobody sees the terminal: seen %s", async (seen, times) => {
    await terminal.attach();
    terminal.setVisible(seen);
    host.sendFrame("output", 1, "x");
    expect(onNews).toHaveBeenCalledTimes(times);
  });
});
