/** Tabs and the panes that they are split into. */
export const paneWords = {
  resize: "Resize panes",
  zoom: "Zoom this pane",
  unzoom: "Show all panes",
  close: "Close pane",
} as const;
