export type Command =
  | "newShell"
  | "closeShell"
  | "nextTab"
  | "previousTab"
  | "find"
  | "clear"
  | "fontLarger"
  | "fontSmaller"
  | "fontReset"
  | "settings"
  | "sidebar"
  | "stats"
  | "reconnect"
  | "filterApps"
  | "nextRegion";

const isMac = navigator.platform.startsWith("Mac");

/** No default takes plain Ctrl+letter or Alt+arrow from the shell. First macOS, then Linux and Windows. */
const CHORDS: Record<Command, readonly [mac: string, other: string]> = {
  newShell: ["Meta+T", "Ctrl+Shift+T"],
  closeShell: ["Meta+W", "Ctrl+Shift+W"],
  nextTab: ["Ctrl+Tab", "Ctrl+Tab"],
  previousTab: ["Ctrl+Shift+Tab", "Ctrl+Shift+Tab"],
  find: ["Meta+F", "Ctrl+Shift+F"],
  clear: ["Meta+K", "Ctrl+Shift+K"],
  fontLarger: ["Meta+=", "Ctrl+="],
  fontSmaller: ["Meta+-", "Ctrl+-"],
  fontReset: ["Meta+0", "Ctrl+0"],
  settings: ["Meta+,", "Ctrl+,"],
  sidebar: ["Meta+B", "Ctrl+Shift+B"],
  stats: ["Meta+J", "Ctrl+Shift+J"],
  reconnect: ["Meta+Shift+R", "Ctrl+Shift+R"],
  filterApps: ["Meta+P", "Ctrl+Shift+O"],
  nextRegion: ["Ctrl+F6", "Ctrl+F6"],
};

/** Browsers keep these for themselves, so the browser edition does not offer them. */
const BROWSER_OWNED: ReadonlySet<Command> = new Set(["newShell", "closeShell", "nextTab", "previousTab"]);

function chordOf(event: KeyboardEvent): string {
  const key = event.key === "+" ? "=" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  // Shift is part of how "+" is typed on many layouts.
  const shift = event.shiftKey && event.key !== "+";
  return [event.ctrlKey && "Ctrl", event.metaKey && "Meta", event.altKey && "Alt", shift && "Shift", key]
    .filter(Boolean)
    .join("+");
}

const commands = new Map(
  Object.entries(CHORDS).map(([command, [mac, other]]) => [isMac ? mac : other, command as Command]),
);

export function commandOf(event: KeyboardEvent): Command | undefined {
  return commands.get(chordOf(event));
}

/** The number of the tab that this key asks for (1 to 9), or undefined. */
export function tabNumberOf(event: KeyboardEvent): number | undefined {
  const modifier = isMac ? event.metaKey && !event.altKey : event.altKey && !event.metaKey;
  if (!modifier || event.ctrlKey || event.shiftKey || !/^Digit[1-9]$/.test(event.code)) return undefined;
  return Number(event.code.slice(5));
}

export function isShortcut(event: KeyboardEvent): boolean {
  return commandOf(event) !== undefined || tabNumberOf(event) !== undefined;
}

/** The keys of a command as they are shown, or undefined where the edition cannot have them. */
export function keysOf(command: Command, edition: "desktop" | "browser"): string | undefined {
  if (edition === "browser" && BROWSER_OWNED.has(command)) return undefined;
  const [mac, other] = CHORDS[command];
  return isMac ? mac.replace("Meta", "⌘").replace("Ctrl", "⌃").replace("Shift", "⇧").replaceAll("+", "") : other;
}
