import { type KeyBindingPress, matchKeyBindingPress, parseKeybinding } from "tinykeys";

/**
 * A chord is written as tinykeys reads it: modifiers in the order below and a KeyboardEvent.code, joined by "+". tinykeys
 * parses and matches single presses; its own handler of sequences is not used, for it drops a sequence after a second.
 */

export const IS_MAC = navigator.platform.startsWith("Mac");

const MODIFIERS = ["Control", "Alt", "Shift", "Meta"] as const;
const MODIFIER_CODE = /^(Control|Alt|Shift|Meta|OS)(Left|Right)?$|^(AltGraph|CapsLock|Fn|FnLock|NumLock)$/;

export interface Chord {
  /** In the one form in which chords are compared and kept. */
  readonly text: string;
  /** The key's place, or the character that it writes: "+" has its place elsewhere on every other layout. */
  readonly key: { readonly code: string } | { readonly char: string };
  readonly press: KeyBindingPress;
}

/** Undefined for what is no chord: several presses, an unknown modifier, no key. */
export function parseChord(text: string): Chord | undefined {
  const presses = parseKeybinding(text);
  const press = presses[0];
  if (press === undefined || presses.length !== 1) return undefined;
  const [mods, code] = press;
  if (typeof code !== "string" || MODIFIER_CODE.test(code)) return undefined;
  const isCode = /^[A-Za-z][A-Za-z0-9]*$/.test(code);
  if (!isCode && !/^[!-~]$/.test(code)) return undefined;
  if (mods.some((mod) => !MODIFIERS.some((known) => known === mod))) return undefined;
  return { text: joined(new Set(mods), code), key: isCode ? { code } : { char: code }, press };
}

function joined(mods: ReadonlySet<string>, code: string): string {
  return [...MODIFIERS.filter((mod) => mods.has(mod)), code].join("+");
}

export function matches(event: KeyboardEvent, { key, press }: Chord): boolean {
  const isKey = "code" in key ? event.code === key.code : event.key === key.char;
  return isKey && matchKeyBindingPress(event, press);
}

/** Composing a character, or typing one with AltGr, which Windows tells as Ctrl and Alt, never means a command. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true;
  return !IS_MAC && event.ctrlKey && event.altKey && event.getModifierState("AltGraph");
}

/** The chord that is pressed; undefined while only modifiers are. */
export function chordOf(event: KeyboardEvent): string | undefined {
  if (event.code === "" || MODIFIER_CODE.test(event.code)) return undefined;
  const mods = new Set<string>();
  if (event.ctrlKey) mods.add("Control");
  if (event.altKey) mods.add("Alt");
  if (event.shiftKey) mods.add("Shift");
  if (event.metaKey) mods.add("Meta");
  return joined(mods, event.code);
}
