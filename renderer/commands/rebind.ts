import type { Settings } from "../../shared/settings.ts";
import { chordOfCommand, chordsOf, usualChord } from "./bindings.ts";
import { IS_MAC } from "./chords.ts";
import type { CommandId } from "./command-ids.ts";
import { browserOwns } from "./edition.ts";
import { COMMAND_IDS } from "./table.ts";

type Keys = Settings["keys"];

/** Chords that never come to a program, or that it must not take. */
const SYSTEMS: ReadonlySet<string> = new Set(
  IS_MAC
    ? ["Meta+KeyQ", "Meta+KeyH", "Meta+KeyM", "Meta+Tab", "Meta+Space", "Shift+Meta+Tab"]
    : ["Alt+F4", "Alt+Tab", "Alt+Shift+Tab", "Alt+Space", "Alt+Escape", "Control+Escape", "Control+Alt+Delete"],
);

/** What a person's wish for a chord comes to. */
export type Verdict =
  | { readonly kind: "free" }
  /** Free, but shells get this key no longer. */
  | { readonly kind: "from-shell" }
  | { readonly kind: "taken"; readonly by: CommandId }
  | { readonly kind: "refused"; readonly why: "browser" | "system" | "typing" | "interrupt" };

/** Whether the command `id` may have the chord, given in its one form. */
export function judgeChord(id: CommandId, chord: string, chosen: Keys): Verdict {
  const why = refusal(chord);
  if (why !== undefined) return { kind: "refused", why };
  const by = COMMAND_IDS.find((other) => other !== id && chordsOf(other, chosen).includes(chord));
  if (by !== undefined) return { kind: "taken", by };
  return isShells(chord) && chord !== usualChord(id) ? { kind: "from-shell" } : { kind: "free" };
}

function refusal(chord: string): "browser" | "system" | "typing" | "interrupt" | undefined {
  const parts = chord.split("+");
  const code = parts.pop() ?? "";
  const hasOnly = (...allowed: string[]): boolean => parts.every((mod) => allowed.includes(mod));
  if (browserOwns(chord)) return "browser";
  if (SYSTEMS.has(chord) || (!IS_MAC && parts.includes("Meta"))) return "system";
  // On a Mac, Option writes characters.
  const typed = hasOnly("Shift") || (IS_MAC && hasOnly("Shift", "Alt") && /^(Key|Digit)/.test(code));
  if (typed && !/^F\d+$/.test(code)) return "typing";
  return chord === "Control+KeyC" ? "interrupt" : undefined;
}

/** Keys that programs in a terminal live on (complaint 15). */
function isShells(chord: string): boolean {
  return /^(Control|Alt|Alt\+Shift|Control\+Alt)\+(Key[A-Z]|Arrow\w+|Backspace|Enter)$|^(Shift\+)?F\d+$/.test(chord);
}

export function isChanged(id: CommandId, chosen: Keys): boolean {
  return Object.hasOwn(chosen, id);
}

/** The settings' keys with this chord for the command, "" for none; `from` loses it. */
export function withChord(chosen: Keys, id: CommandId, chord: string, from?: CommandId): Keys {
  const next = { ...chosen };
  if (chord === (usualChord(id) ?? "")) delete next[id];
  else next[id] = chord;
  if (from !== undefined) {
    const own = chordOfCommand(from, chosen);
    next[from] = own === undefined || own === chord ? "" : own;
  }
  return next;
}
