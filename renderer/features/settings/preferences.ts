import { DEFAULT_SETTINGS, type Settings } from "../../../shared/settings.ts";

/** What "Reset all" puts back. What a person has collected (marks, pins, answers about the clipboard) is no preference. */
export const PREFERENCES = [
  "theme",
  "density",
  "contrast",
  "sidebarWidth",
  "fontSize",
  "fontFamily",
  "cursorBlink",
  "scrollback",
  "screenReader",
  "copyOnSelect",
  "pasteGuard",
  "bell",
  "restore",
  "keys",
  "carrier",
] as const satisfies readonly (keyof Settings)[];

export function isChanged(settings: Settings, names: readonly (keyof Settings)[]): boolean {
  return names.some((name) => JSON.stringify(settings[name]) !== JSON.stringify(DEFAULT_SETTINGS[name]));
}

/** The change that puts these back. */
export function usualOf(names: readonly (keyof Settings)[]): Partial<Settings> {
  return Object.fromEntries(names.map((name) => [name, DEFAULT_SETTINGS[name]]));
}
