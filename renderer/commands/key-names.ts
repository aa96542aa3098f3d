import { IS_MAC } from "./chords.ts";
import { useKeyLabels } from "./key-labels.ts";

const MAC_MODIFIERS: Readonly<Record<string, string>> = { Control: "⌃", Alt: "⌥", Shift: "⇧", Meta: "⌘" };
const OTHER_MODIFIERS: Readonly<Record<string, string>> = { Control: "Ctrl", Meta: "Win" };

const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Backquote: "`",
  Backslash: "\\",
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Equal: "=",
  Escape: "Esc",
  Minus: "-",
  Period: ".",
  Quote: "'",
  Semicolon: ";",
  Slash: "/",
};

function keyName(code: string): string {
  return (
    useKeyLabels.getState().labels.get(code) ??
    KEYS[code] ??
    code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "Num ")
  );
}

/** A chord as a person reads it: "Ctrl+Shift+P", on a Mac "⇧⌘P". */
export function showChord(chord: string): string {
  const parts = chord.split("+");
  const code = parts.pop() ?? "";
  const names = IS_MAC ? MAC_MODIFIERS : OTHER_MODIFIERS;
  return [...parts.map((mod) => names[mod] ?? mod), keyName(code)].join(IS_MAC ? "" : "+");
}

/** The key after the leader. */
export function showLeaderKey(key: string): string {
  return KEYS[key] ?? key;
}
