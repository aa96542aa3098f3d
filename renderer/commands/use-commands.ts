import { useEffect } from "react";
import { usePalette } from "../features/palette/palette-store.ts";
import { useSettings } from "../state/queries.ts";
import { useWindow } from "../state/window-store.ts";
import { runCommand } from "./actions.ts";
import { bind, commandOf, usualChord } from "./bindings.ts";
import { chordOf } from "./chords.ts";
import { useCommandContext } from "./context.ts";
import { COMMANDS } from "./table.ts";

/** Carries out the commands whose chords are pressed, wherever the focus is, with the keys that the settings say. */
export function useCommands(): void {
  const context = useCommandContext();
  const { keys } = useSettings();
  useEffect(() => bind(keys), [keys]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // A dialog has the keyboard for itself.
      if (event.defaultPrevented || useWindow.getState().overlay.kind !== "none") return;
      const id = commandOf(event);
      if (id === undefined || (usePalette.getState().mode !== null && id !== "palette" && id !== "quickOpen")) return;
      if (COMMANDS[id].isNative === true && chordOf(event) === usualChord(id)) return;
      // Even with nothing to do, for the browser has ideas of its own about most chords.
      event.preventDefault();
      runCommand(id, context);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [context]);
}
