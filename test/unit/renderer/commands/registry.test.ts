// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { bind, commandOf, isShortcut, keysOf, usualChord } from "../../../../renderer/commands/bindings.ts";
import { parseChord } from "../../../../renderer/commands/chords.ts";
import { browserOwns } from "../../../../renderer/commands/edition.ts";
import { readKeyLabels, useKeyLabels } from "../../../../renderer/commands/key-labels.ts";
import { showChord } from "../../../../renderer/commands/key-names.ts";
import { judgeChord } from "../../../../renderer/commands/rebind.ts";
import { COMMAND_IDS, COMMANDS } from "../../../../renderer/commands/table.ts";
import { strings } from "../../../../renderer/strings.ts";

const press = (code: string, key: string, mods: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { code, key, ...mods });
const CTRL_SHIFT = { ctrlKey: true, shiftKey: true };

afterEach(() => bind({}));

/** Every default of both systems, in canonical form. */
const defaults = COMMAND_IDS.flatMap((id) =>
  Object.entries(COMMANDS[id].keys ?? {}).map(([system, text]) => ({
    id,
    system,
    text,
    chord: parseChord(text)?.text,
  })),
);

describe("the table", () => {
  it("every chord is one that can be pressed, written in its one form", () => {
    for (const { id, text, chord } of defaults) expect(chord, `${id}: ${text}`).toBe(text);
    for (const id of COMMAND_IDS) {
      for (const text of COMMANDS[id].also ?? []) expect(parseChord(text), `${id}: ${text}`).toBeDefined();
    }
  });

  it("#15 no default takes plain Ctrl+letter or Alt+arrow, or a key without a modifier, from the shell", () => {
    const stolen = defaults.filter(
      ({ text }) =>
        /^(Control|Alt)\+Key[A-Z]$/.test(text) || /^(Alt|Alt\+Shift)\+Arrow/.test(text) || /^(Shift\+)?\w+$/.test(text),
    );
    expect(stolen).toEqual([]);
  });

  it("#15 no two commands share a default chord", () => {
    for (const system of ["mac", "other"]) {
      const chords = defaults.filter((one) => one.system === system).map(({ chord }) => chord);
      expect(chords.filter((chord, index) => chords.indexOf(chord) !== index)).toEqual([]);
    }
  });

  it("no two commands share a key after the leader", () => {
    const keys = COMMAND_IDS.flatMap((id) => COMMANDS[id].leader ?? []);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("every command has a title of its own", () => {
    const titles = COMMAND_IDS.map((id) => strings.commands[id]);
    expect(titles.filter((title, index) => title === "" || titles.indexOf(title) !== index)).toEqual([]);
  });

  it("what the palette leaves out has a chord or a leader key", () => {
    for (const id of COMMAND_IDS.filter((one) => COMMANDS[one].isHidden === true)) expect(keysOf(id), id).toBeDefined();
  });

  it("#16 what a browser keeps for itself has a leader key instead", () => {
    const lost = COMMAND_IDS.filter((id) => browserOwns(usualChord(id) ?? ""));
    expect(lost).toContain("newShell");
    expect(lost).toContain("closeShell");
    expect(lost).toContain("nextTab");
    for (const id of lost) expect(COMMANDS[id].leader, id).toBeDefined();
  });
});

describe("keys", () => {
  it("are known by their place, whatever the layout writes on them", () => {
    expect(commandOf(press("KeyP", "P", CTRL_SHIFT))).toBe("palette");
    expect(commandOf(press("KeyP", "З", CTRL_SHIFT))).toBe("palette");
    expect(commandOf(press("KeyP", "p", { ctrlKey: true }))).toBeUndefined();
    expect(commandOf(press("KeyP", "P", { ...CTRL_SHIFT, altKey: true }))).toBeUndefined();
  });

  it("#15 the shell's own keys are no shortcuts", () => {
    for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
      expect(isShortcut(press(`Key${letter}`, letter.toLowerCase(), { ctrlKey: true }))).toBe(false);
      expect(isShortcut(press(`Key${letter}`, letter.toLowerCase(), { altKey: true }))).toBe(false);
      expect(isShortcut(press(`Key${letter}`, letter.toLowerCase()))).toBe(false);
    }
    for (const arrow of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      expect(isShortcut(press(arrow, arrow, { altKey: true }))).toBe(false);
      expect(isShortcut(press(arrow, arrow, { ctrlKey: true }))).toBe(false);
    }
    for (let key = 1; key <= 12; key += 1) expect(isShortcut(press(`F${key}`, `F${key}`))).toBe(false);
  });

  it("composing a character is no command", () => {
    expect(isShortcut(press("KeyP", "Process", { ...CTRL_SHIFT, isComposing: true }))).toBe(false);
    expect(isShortcut(press("KeyP", "Process", { ...CTRL_SHIFT, keyCode: 229 }))).toBe(false);
  });

  it("#16 a browser's own chords are not taken, and not shown", () => {
    expect(commandOf(press("KeyT", "T", CTRL_SHIFT))).toBeUndefined();
    expect(keysOf("newShell")).toBe("Ctrl+Shift+Space t");
    expect(keysOf("splitRight")).toBe("Ctrl+Shift+D");
  });

  it("larger and smaller go by the character too, wherever a layout has it", () => {
    // German: "+" beside "ü", "-" beside the right Shift; Swedish: "+" where others have "-".
    expect(commandOf(press("BracketRight", "+", { ctrlKey: true }))).toBe("fontLarger");
    expect(commandOf(press("Slash", "-", { ctrlKey: true }))).toBe("fontSmaller");
    expect(commandOf(press("Minus", "+", { ctrlKey: true }))).toBe("fontLarger");
    expect(commandOf(press("Minus", "-", { ctrlKey: true }))).toBe("fontSmaller");
    expect(commandOf(press("Minus", "-"))).toBeUndefined();
  });

  it("are shown as the layout writes them, where the browser tells", () => {
    useKeyLabels.setState({ labels: new Map([["KeyW", "Z"]]) });
    expect(showChord("Alt+KeyW")).toBe("Alt+Z");
    expect(showChord("Alt+KeyE")).toBe("Alt+E");
    useKeyLabels.setState({ labels: new Map() });
    expect(showChord("Alt+KeyW")).toBe("Alt+W");
  });

  it("of a layout that cannot be read keep their names", async () => {
    const ask = vi.fn(() =>
      Promise.resolve(
        new Map([
          ["KeyQ", "a"],
          ["KeyP", "з"],
          ["Digit1", "&"],
          ["Quote", "ù"],
        ]),
      ),
    );
    vi.stubGlobal("navigator", { keyboard: { getLayoutMap: ask } });
    await readKeyLabels();
    expect([...useKeyLabels.getState().labels]).toEqual([
      ["KeyQ", "A"],
      ["Quote", "Ù"],
    ]);
    ask.mockRejectedValueOnce(new Error("not allowed"));
    await readKeyLabels();
    expect(useKeyLabels.getState().labels.size).toBe(0);
    vi.unstubAllGlobals();
  });

  it("larger text is also what Shift and the number pad make of it", () => {
    expect(commandOf(press("Equal", "=", { ctrlKey: true }))).toBe("fontLarger");
    expect(commandOf(press("Equal", "+", CTRL_SHIFT))).toBe("fontLarger");
    expect(commandOf(press("NumpadAdd", "+", { ctrlKey: true }))).toBe("fontLarger");
  });
});

describe("chosen keys", () => {
  it("stand in place of the usual ones, and of those beside them", () => {
    bind({ fontLarger: "Alt+Shift+KeyL", stats: "" });
    expect(commandOf(press("KeyL", "l", { shiftKey: true, altKey: true }))).toBe("fontLarger");
    expect(commandOf(press("Equal", "=", { ctrlKey: true }))).toBeUndefined();
    expect(commandOf(press("NumpadAdd", "+", { ctrlKey: true }))).toBeUndefined();
    expect(commandOf(press("KeyJ", "J", CTRL_SHIFT))).toBeUndefined();
    expect(keysOf("fontLarger")).toBe("Alt+Shift+L");
    expect(keysOf("stats")).toBe("Ctrl+Shift+Space i");
  });

  it("that say nothing leave a command without a chord, never with a wrong one", () => {
    for (const text of ["nonsense key", "Hyper+KeyX", "Control+", "Control", "Shift+ShiftLeft", "(.*)"]) {
      bind({ stats: text });
      expect(keysOf("stats"), text).toBe("Ctrl+Shift+Space i");
    }
  });

  it("of commands that do not exist are left alone", () => {
    bind({ toString: "Control+Alt+KeyL", gone: "Control+Alt+KeyM" });
    expect(commandOf(press("KeyL", "l", { ctrlKey: true, altKey: true }))).toBeUndefined();
  });
});

it.each(["Meta+KeyJ", "Control+Meta+F9"])("off the Mac the system's own key is refused: %s", (chord) => {
  expect(judgeChord("filterApps", chord, {})).toEqual({ kind: "refused", why: "system" });
});
