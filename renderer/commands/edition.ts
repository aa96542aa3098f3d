import { isDesktop } from "../bridge/desktop-link.ts";
import { IS_MAC } from "./chords.ts";

/** Chords that a browser never lets a page have, in every browser that we know. */
const BROWSERS_OTHER = [
  ...["KeyW", "KeyT", "KeyN", "Tab", "PageUp", "PageDown", "F4"].map((code) => `Control+${code}`),
  ...["KeyC", "KeyW", "KeyT", "KeyN", "Tab", "PageUp", "PageDown"].map((code) => `Control+Shift+${code}`),
];
const BROWSERS_MAC = [
  ...["KeyW", "KeyT", "KeyN", "KeyQ", "KeyH", "KeyM"].map((code) => `Meta+${code}`),
  ...["KeyW", "KeyT", "KeyN", "KeyQ"].map((code) => `Shift+Meta+${code}`),
  "Control+Tab",
  "Control+Shift+Tab",
];
/** Help, reload, the address bar, caret browsing, full screen, developer tools. */
const BROWSERS_FUNCTION_KEYS = ["F1", "F3", "F5", "F6", "F7", "F11", "F12"];
/** Firefox opens a private window, whatever the page says. */
const FIREFOX = ["Control+Shift+KeyP", "Shift+Meta+KeyP"];

const owned: ReadonlySet<string> = new Set([
  ...(IS_MAC ? BROWSERS_MAC : BROWSERS_OTHER),
  ...BROWSERS_FUNCTION_KEYS,
  ...(/\bFirefox\//.test(navigator.userAgent) ? FIREFOX : []),
]);

/** Whether the browser keeps this chord for itself. Never so in the desktop edition. */
export function browserOwns(chord: string): boolean {
  return !isDesktop() && owned.has(chord);
}
