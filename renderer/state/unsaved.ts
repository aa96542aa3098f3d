import { create } from "zustand";
import type { ErrorInfo } from "../../shared/errors.ts";
import { strings } from "../strings.ts";
import { announce } from "./announcer.ts";
import { useWindow } from "./window-store.ts";

/** Why the last change of a setting was not kept; null when it was. Whoever asked for it, the settings say so. */
export const useUnsaved = create<{ readonly error: ErrorInfo | null }>(() => ({ error: null }));

export function noteUnsaved(error: ErrorInfo): void {
  useUnsaved.setState({ error });
  // The note in the settings speaks for itself.
  if (useWindow.getState().view !== "settings") announce(strings.settings.notSaved, "assertive");
}

export function noteSaved(): void {
  useUnsaved.setState({ error: null });
}
