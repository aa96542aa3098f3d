/** Every command of the window by its name: a closed list, so that none lacks a title, a place in the table or an action. */

type Digit = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export type GoCommand =
  | "palette"
  | "quickOpen"
  | "leader"
  | "filterApps"
  | "nextRegion"
  | "viewApps"
  | "viewPeers"
  | "settings"
  | "keySettings"
  | "help";

export type ShellCommand =
  | "newShell"
  | "closeShell"
  | "reopenClosed"
  | "splitRight"
  | "splitDown"
  | "zoomPane"
  | "focusLeft"
  | "focusRight"
  | "focusUp"
  | "focusDown"
  | "nextTab"
  | "previousTab"
  | `tab${Digit}`
  | "reconnect"
  | "markProduction"
  | "unmarkProduction";

export type TerminalCommand =
  | "copy"
  | "paste"
  | "selectAll"
  | "find"
  | "clear"
  | "repaint"
  | "accessibleView"
  | "tabMovesFocus"
  | SendCommand;

/** Keys that the window or the browser keeps for itself, for a shell that wants them all the same (complaint 16). */
export type SendCommand = "sendCtrlW" | "sendCtrlT" | "sendCtrlN" | "sendCtrlShiftT" | "sendLeader";

export type WindowCommand = "fontLarger" | "fontSmaller" | "fontReset" | "sidebar" | "stats" | "toggleTheme";

export type NetworkCommand =
  | "signIn"
  | "importConfig"
  | "renameNetwork"
  | "addHost"
  | "editHost"
  | "startCapture"
  | "stopCapture"
  | "copyStats";

export type CommandId = GoCommand | ShellCommand | TerminalCommand | WindowCommand | NetworkCommand;

export type CommandGroup = "go" | "shells" | "terminal" | "window" | "network";
