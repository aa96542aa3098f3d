import { plural } from "./plural.ts";

const progressStates = {
  normal: "progress",
  error: "progress failed",
  paused: "progress paused",
  unknown: "in progress",
};

/** Tabs and the panes that they are split into. */
export const paneWords = {
  resize: "Resize panes",
  zoom: "Zoom this pane",
  unzoom: "Show all panes",
  zoomed: (at: number, of: number) => `Zoomed, ${at} of ${of}`,
  close: "Close pane",
  closeTab: "Close tab",
  splitRight: "Split right",
  splitDown: "Split down",
  equalise: "Equal sizes",
  moveLeft: "Move left",
  moveRight: "Move right",
  count: (panes: number) => plural(panes, "pane", "panes"),
  news: "new output",
  bell: "bell",
  progress: (state: "normal" | "error" | "paused" | "unknown", value: number | null) =>
    [progressStates[state], value === null ? "" : `${value} %`].filter(Boolean).join(" "),
  exit: (code: number) => `exit ${code}`,
  production: "Production",
  engineRestarted: "Culvert's engine stopped and was started again. Shells connect anew, below the text they had.",
  nextTry: (seconds: number) => `Reconnecting, next try in ${seconds} s`,
  trying: (stage: string) => (stage === "" ? "Reconnecting…" : `Reconnecting: ${stage}…`),
  keysWait: "keys are not sent meanwhile",
  now: "Now",
  startIt: "To start it:",
  startOne: "To start one of them:",
  copyCommand: "Copy command",
  openAnother: "Open another machine",
  stoppedAt: (time: string) => `Machine stopped, seen at ${time}`,
  putAway: "Put this note away",
  restoredWord: "not connected",
  restoredFrom: (time: string) => `From ${time}`,
  restoredNothing: "A shell from before the restart",
  connect: "Connect",
  enterConnects: "Enter connects · Esc closes",
} as const;
