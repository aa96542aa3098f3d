import { createStore, type StoreApi } from "zustand/vanilla";
import type { FindState } from "./find/terminal-find.ts";
import type { PasteProgress } from "./paste/input-queue.ts";
import type { PasteQuestion } from "./paste/judge-paste.ts";

/** Something that went otherwise than a person expects, told in the pane where it happened. */
export type PaneNotice =
  /** The browser kept the clipboard from us; `text` can be tried again. */
  | { readonly kind: "copy-failed"; readonly text: string }
  | { readonly kind: "paste-failed" }
  | { readonly kind: "paste-cut"; readonly progress: PasteProgress }
  | { readonly kind: "paste-unsent" }
  | { readonly kind: "clipboard-too-large" }
  /** It is too small to be split. */
  | { readonly kind: "no-room" };

/** What a pane shows besides its terminal. */
export interface PaneUi {
  readonly findOpen: boolean;
  /** How often find was asked for: each time, its field gets the focus. */
  readonly findAsked: number;
  readonly find: FindState;
  /** What was selected when find was opened: its first query. */
  readonly findText: string;
  /** The accessible view lies over the terminal. */
  readonly reading: boolean;
  /** Target of the link under the pointer. */
  readonly link: string | null;
  readonly paste: PasteQuestion | null;
  readonly pasting: PasteProgress | null;
  /** A program asks to put this on the clipboard (OSC 52). `later`: how often it asked again before the answer, in vain. */
  readonly clipboard: { readonly text: string; readonly bytes: number; readonly later: number } | null;
  readonly notice: PaneNotice | null;
  /** Counts bells that are to be seen. */
  readonly flashes: number;
}

export type PaneUiStore = StoreApi<PaneUi>;

export function makePaneUi(): PaneUiStore {
  return createStore<PaneUi>(() => ({
    findOpen: false,
    findAsked: 0,
    find: { kind: "idle" },
    findText: "",
    reading: false,
    link: null,
    paste: null,
    pasting: null,
    clipboard: null,
    notice: null,
    flashes: 0,
  }));
}
