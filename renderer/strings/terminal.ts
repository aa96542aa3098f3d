import type { Session, Stage, StageName } from "../../shared/models.ts";
import { shownName } from "../../shared/visible-text.ts";
import { integer } from "../ui/format.ts";
import { paneWords } from "./panes.ts";
import { plural } from "./plural.ts";

const sessionStates: Record<Session["state"], string> = {
  connecting: "connecting",
  open: "open",
  ended: "ended",
  failed: "failed",
};

const stageNames: Record<StageName, string> = {
  machine: "Machine",
  peer: "WireGuard peer",
  tunnel: "Tunnel handshake",
  address: "Private address",
  connection: "TCP connection",
  login: "SSH login",
  shell: "Shell",
};

const stageStates: Record<Stage["state"], string> = {
  waiting: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
};

/** Shells: their tabs, stages, ends and menus. */
export const terminalWords = {
  shell: {
    tabs: "Shells",
    list: "Shells and commands",
    states: sessionStates,
    /** Of a shell that is open, and whose tunnel carries nothing. */
    behind: { silent: "open, gateway silent", failed: "open, tunnel failed" },
    stages: "Stages of connecting",
    title: (app: string, machine: string, region: string) =>
      [shownName(app), machine, region].filter(Boolean).join(", "),
    another: (app: string) => `Another shell on ${app}`,
    close: "Close shell",
    closeOthers: "Close other shells",
    connectingTo: "Connecting to",
    couldNotOpen: "No shell on",
    likelyCause: "Likely cause",
    whatToDo: "What to do",
    exitCode: (code: number) => `Ended with exit ${code}`,
    exitSignal: (signal: string) => `Ended by ${signal}`,
    exitUnknown: "Ended",
    endedKeys: "Enter reopens · Esc closes",
    reopen: "Reopen",
    elsewhere: "This shell was opened in another window.",
    elsewhereText: "A shell is shown in one window at a time.",
    showHere: "Show it here",
    followLink: (address: string) => `${address} · Ctrl+click opens it`,
    windowTitle: (parts: readonly string[]) => `${parts.filter(Boolean).join(" · ")} — Culvert`,
  },
  panes: paneWords,
  stages: {
    names: stageNames,
    spoken: (name: string, state: Stage["state"]) => `${name}: ${stageStates[state]}`,
  },
  hostKey: {
    title: (app: string) => `The host key of ${app} changed`,
    text: (machine: string, alias: string) =>
      `${machine} shows another key than the one known for ${alias}. Either the machine was rebuilt, or something answers in its place.`,
    known: "Known until now",
    offered: "Offered now",
    advice: "If you did not expect this, cancel and ask whoever runs the machine.",
    accept: "Trust the new key and connect",
  },
  find: {
    label: "Find in shell",
    none: "No matches",
    many: (count: number) => `${integer(count)}+ matches`,
    count: (count: number) => plural(count, "match", "matches"),
    place: (index: number, count: number) => `${index} of ${count}`,
    previous: "Previous match",
    next: "Next match",
    close: "Close find",
    previousKeys: "Enter",
    nextKeys: "Shift+Enter",
    closeKeys: "Esc",
    caseSensitive: "Match case",
    wholeWord: "Whole words",
    regex: "Regular expression",
    invalid: "Not a regular expression",
    slow: "Too slow: a repeat inside of a repeat, or too many of them",
    searching: "Searching…",
  },
  paste: {
    title: (app: string) => `Paste into ${app}?`,
    size: (lines: number, size: string) => `${lines === 1 ? "1 line" : `${integer(lines)} lines`}, ${size}`,
    reasons: {
      production: "This app is marked as production. What you paste may run at once.",
      lines: "The shell runs each line as soon as it arrives.",
      huge: "This is a long text. It is sent as fast as the shell reads it; Ctrl+C stops it.",
      always: "Settings ask to show every paste.",
    },
    text: "Text to paste",
    more: (lines: number) => (lines === 0 ? "The rest is not shown." : `${integer(lines)} more lines.`),
    removed: (count: number) => `${plural(count, "control character was", "control characters were")} taken out.`,
    asOneLine: "Paste as one line",
    paste: "Paste",
    running: (sent: string, total: string) => `Pasting: ${sent} of ${total}`,
    cut: (sent: string, total: string) =>
      `The paste was cut off after about ${sent} of ${total}: the connection was lost.`,
    unsent: "Nothing was pasted: the shell is not connected.",
    refused: "The browser does not let Culvert read the clipboard. Press Ctrl+Shift+V in the terminal instead.",
  },
  clipboard: {
    failed: "The browser did not let Culvert write to the clipboard.",
    copyAgain: "Copy again",
    asks: (app: string, size: string) => `${app} wants to put ${size} of text on the clipboard:`,
    later: (count: number) => `${integer(count)} more since, ignored`,
    once: "Allow once",
    always: (app: string) => `Always for ${app}`,
    never: "Never",
    tooLarge: (app: string) => `${app} tried to put more than 100 kB on the clipboard. Nothing was copied.`,
  },
  terminalSettings: {
    font: "Font",
    fontHint: "Name of a font of this computer, or several with commas. What it lacks comes from the usual one.",
    fontUsual: "JetBrains Mono",
    fontTooLong: (most: number) => `At most ${most} characters.`,
    fontMissing: (names: readonly string[], drawn: string) =>
      `The browser does not find ${names.join(", ")} on this computer. Terminals are drawn in ${drawn}.`,
    bell: "Bell",
    bellHint: "When a program rings.",
    bells: { mark: "Mark the tab", flash: "Flash", none: "Nothing" },
    guard: "Show pastes first",
    guardHint:
      "Several lines: unless the shell is told of pastes and waits for Enter. In production several lines are always shown.",
    guards: { lines: "Several lines", always: "Always", never: "Never" },
    copyOnSelect: "Copy what is selected at once",
    clipboard: "Programs that write to the clipboard",
    clipboardNone: "None has asked so far. Each app is asked about once; no program can read the clipboard.",
    clipboardHint: "What you answered, by app. No program can read the clipboard.",
    answers: { allow: "Allowed", deny: "Never" },
    forget: (app: string) => `Forget the answer for ${app}`,
  },
  accessible: {
    label: (name: string) => `Terminal ${name}`,
    view: (name: string) => `Text of ${name}`,
    back: "Esc returns to the terminal",
    cut: (rows: number) => `The last ${integer(rows)} rows.`,
    tabMoves: "Tab now moves the focus",
    tabTypes: "Tab now goes to the shell",
  },
  noShell: {
    title: "Choose an app to open a shell",
    text: "Click an app or one of its machines. A stopped machine is never replaced by another without your word.",
    noHosts: (network: string) => `${network} has no hosts yet`,
    noHostsText:
      "A WireGuard configuration does not say which machines are in its network. Add a host, and open a shell on it.",
    filter: "Filter apps",
    open: "Open the selected one",
    stats: "Network stats",
    settings: "Settings",
  },
} as const;
