/** Tabs and the panes that they are split into. */
export const paneWords = {
  resize: "Resize panes",
  zoom: "Zoom this pane",
  unzoom: "Show all panes",
  close: "Close pane",
  engineRestarted: "Culvert's engine stopped and was started again. Shells connect anew, below the text they had.",
  putAway: "Put this note away",
  restoredWord: "not connected",
  restoredFrom: (time: string) => `From ${time}`,
  restoredNothing: "A shell from before the restart",
  connect: "Connect",
  enterConnects: "Enter connects · Esc closes",
} as const;
