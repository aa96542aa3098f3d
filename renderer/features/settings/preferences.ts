import { DEFAULT_SETTINGS, type Settings, settings } from "../../../shared/settings.ts";

/** What "Reset all" puts back. What a person has collected (marks, pins, answers about the clipboard) is no preference. */
const KINDS: Record<keyof Settings, "preference" | "collected"> = {
  theme: "preference",
  density: "preference",
  contrast: "preference",
  sidebarWidth: "preference",
  fontSize: "preference",
  fontFamily: "preference",
  cursorBlink: "preference",
  scrollback: "preference",
  screenReader: "preference",
  copyOnSelect: "preference",
  pasteGuard: "preference",
  bell: "preference",
  restore: "preference",
  keys: "preference",
  carrier: "preference",
  marks: "collected",
  clipboardWrites: "collected",
  pins: "collected",
  recent: "collected",
  tour: "collected",
};

export const PREFERENCES = settings.keyof().options.filter((name) => KINDS[name] === "preference");

export function isChanged(now: Settings, names: readonly (keyof Settings)[]): boolean {
  return names.some((name) => JSON.stringify(now[name]) !== JSON.stringify(DEFAULT_SETTINGS[name]));
}

/** The change that puts these back. */
export function usualOf(names: readonly (keyof Settings)[]): Partial<Settings> {
  return Object.fromEntries(names.map((name) => [name, DEFAULT_SETTINGS[name]]));
}
