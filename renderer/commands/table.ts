import type {
  CommandGroup,
  CommandId,
  GoCommand,
  NetworkCommand,
  ShellCommand,
  TerminalCommand,
  WindowCommand,
} from "./command-ids.ts";

/**
 * The commands with their usual keys. Chords are written as tinykeys reads them, by the place of the key (KeyboardEvent.code),
 * so that they are the same on every layout. No default takes plain Ctrl+letter or Alt+arrow from the shell (complaint 15).
 */

export interface CommandEntry {
  readonly group: CommandGroup;
  readonly keys?: { readonly mac?: string; readonly other?: string };
  /** Chords beside the usual one; they hold as long as nobody chose another. */
  readonly also?: readonly string[];
  /** KeyboardEvent.key of what is pressed after the leader. */
  readonly leader?: string;
  /** The usual chord means something to whatever has the focus, a terminal or a field, and is left to that. */
  readonly isNative?: boolean;
  /** Found by its keys and in the settings, but not worth a line in the palette. */
  readonly isHidden?: boolean;
}

type Table<Id extends CommandId> = Readonly<Record<Id, CommandEntry>>;

const go: Table<GoCommand> = {
  palette: {
    group: "go",
    keys: { mac: "Shift+Meta+KeyP", other: "Control+Shift+KeyP" },
    leader: "p",
    isHidden: true,
  },
  quickOpen: { group: "go", keys: { mac: "Meta+KeyP", other: "Control+Shift+KeyO" }, leader: "o" },
  leader: { group: "go", keys: { mac: "Control+Shift+Space", other: "Control+Shift+Space" } },
  filterApps: { group: "go" },
  nextRegion: { group: "go", keys: { mac: "Control+F6", other: "Control+F6" }, leader: "g" },
  viewApps: { group: "go", keys: { mac: "Control+Shift+Digit1" }, leader: "a" },
  viewPeers: { group: "go", keys: { mac: "Control+Shift+Digit4" }, leader: "y" },
  settings: { group: "go", keys: { mac: "Meta+Comma", other: "Control+Comma" }, leader: "," },
  keySettings: { group: "go" },
  help: { group: "go", keys: { mac: "Alt+F1", other: "Alt+F1" }, leader: "?" },
};

const shells: Table<ShellCommand> = {
  newShell: { group: "shells", keys: { mac: "Meta+KeyT", other: "Control+Shift+KeyT" }, leader: "t" },
  closeShell: { group: "shells", keys: { mac: "Meta+KeyW", other: "Control+Shift+KeyW" }, leader: "w" },
  reopenClosed: { group: "shells", keys: { mac: "Shift+Meta+KeyT", other: "Control+Shift+KeyZ" }, leader: "z" },
  splitRight: { group: "shells", keys: { mac: "Meta+KeyD", other: "Control+Shift+KeyD" }, leader: "|" },
  splitDown: { group: "shells", keys: { mac: "Shift+Meta+KeyD", other: "Control+Shift+KeyE" }, leader: "-" },
  zoomPane: { group: "shells", keys: { mac: "Shift+Meta+Enter", other: "Control+Shift+Enter" }, leader: "m" },
  focusLeft: {
    group: "shells",
    keys: { mac: "Alt+Meta+ArrowLeft", other: "Control+Shift+ArrowLeft" },
    leader: "ArrowLeft",
  },
  focusRight: {
    group: "shells",
    keys: { mac: "Alt+Meta+ArrowRight", other: "Control+Shift+ArrowRight" },
    leader: "ArrowRight",
  },
  focusUp: { group: "shells", keys: { mac: "Alt+Meta+ArrowUp", other: "Control+Shift+ArrowUp" }, leader: "ArrowUp" },
  focusDown: {
    group: "shells",
    keys: { mac: "Alt+Meta+ArrowDown", other: "Control+Shift+ArrowDown" },
    leader: "ArrowDown",
  },
  nextTab: { group: "shells", keys: { mac: "Control+Tab", other: "Control+Tab" }, leader: "n" },
  previousTab: { group: "shells", keys: { mac: "Control+Shift+Tab", other: "Control+Shift+Tab" }, leader: "b" },
  tab1: tab(1),
  tab2: tab(2),
  tab3: tab(3),
  tab4: tab(4),
  tab5: tab(5),
  tab6: tab(6),
  tab7: tab(7),
  tab8: tab(8),
  tab9: tab(9),
  reconnect: { group: "shells", keys: { mac: "Shift+Meta+KeyR", other: "Control+Shift+KeyR" }, leader: "r" },
  markProduction: { group: "shells" },
  unmarkProduction: { group: "shells" },
};

function tab(number: number): CommandEntry {
  return {
    group: "shells",
    keys: { mac: `Meta+Digit${number}`, other: `Alt+Digit${number}` },
    leader: String(number),
    isHidden: true,
  };
}

const terminal: Table<TerminalCommand> = {
  copy: { group: "terminal", keys: { mac: "Meta+KeyC", other: "Control+Shift+KeyC" }, leader: "c", isNative: true },
  paste: { group: "terminal", keys: { mac: "Meta+KeyV", other: "Control+Shift+KeyV" }, leader: "v", isNative: true },
  selectAll: { group: "terminal" },
  find: { group: "terminal", keys: { mac: "Meta+KeyF", other: "Control+Shift+KeyF" }, leader: "/" },
  clear: { group: "terminal", keys: { mac: "Meta+KeyK", other: "Control+Shift+KeyK" }, leader: "k" },
  repaint: { group: "terminal" },
  accessibleView: { group: "terminal", keys: { mac: "Alt+F2", other: "Alt+F2" }, leader: "l" },
  tabMovesFocus: { group: "terminal", keys: { mac: "Control+Shift+KeyM", other: "Control+Shift+KeyM" }, leader: "j" },
  sendCtrlW: { group: "terminal" },
  sendCtrlT: { group: "terminal" },
  sendCtrlN: { group: "terminal" },
  sendCtrlShiftT: { group: "terminal" },
  sendLeader: { group: "terminal" },
};

const view: Table<WindowCommand> = {
  fontLarger: {
    group: "window",
    keys: { mac: "Meta+Equal", other: "Control+Equal" },
    also: ["$mod++", "$mod+Shift+Equal", "$mod+NumpadAdd"],
    leader: "=",
  },
  fontSmaller: {
    group: "window",
    keys: { mac: "Meta+Minus", other: "Control+Minus" },
    also: ["$mod+-", "$mod+NumpadSubtract"],
    leader: "_",
  },
  fontReset: { group: "window", keys: { mac: "Meta+Digit0", other: "Control+Digit0" }, leader: "0" },
  sidebar: { group: "window", keys: { mac: "Meta+KeyB", other: "Control+Shift+KeyB" }, leader: "s" },
  stats: { group: "window", keys: { mac: "Meta+KeyJ", other: "Control+Shift+KeyJ" }, leader: "i" },
  toggleTheme: { group: "window" },
};

const network: Table<NetworkCommand> = {
  signIn: { group: "network" },
  importConfig: { group: "network" },
  renameNetwork: { group: "network" },
  addHost: { group: "network" },
  editHost: { group: "network" },
  startCapture: { group: "network" },
  stopCapture: { group: "network" },
  copyStats: { group: "network" },
};

export const COMMANDS: Table<CommandId> = { ...go, ...shells, ...terminal, ...view, ...network };

export const COMMAND_IDS = Object.keys(COMMANDS).filter(isCommandId);

export function isCommandId(value: string): value is CommandId {
  return Object.hasOwn(COMMANDS, value);
}
