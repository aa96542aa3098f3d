import { useEffect } from "react";
import { usePalette } from "../features/palette/palette-store.ts";
import { useSettings } from "../state/queries.ts";
import { useWindow } from "../state/window-store.ts";
import { runCommand } from "./actions.ts";
import { bind, commandOf, usualChord } from "./bindings.ts";
import { chordOf } from "./chords.ts";
import type { CommandId } from "./command-ids.ts";
import { useCommandContext } from "./context.ts";
import { readKeyLabels } from "./key-labels.ts";
import { COMMANDS } from "./table.ts";

/** Carries out the commands whose chords are pressed, wherever the focus is, with the keys that the settings say. */
export function useCommands(): void {
  const context = useCommandContext();
  const { keys } = useSettings();
  useEffect(() => bind(keys), [keys]);
  useEffect(() => {
    void readKeyLabels();
    // Another layout is chosen outside of the window.
    const onFocus = (): void => void readKeyLabels();
    window.addEventListener("focus", onFocus);
    return () => window.removeEventListener("focus", onFocus);
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const id = commandOf(event);
      if (id === undefined || isElsewhere(event, id)) return;
      // Even with nothing to do: what lies below, and the browser, have ideas of their own about most chords.
      event.preventDefault();
      event.stopPropagation();
      runCommand(id, context);
    };
    // Before anything in the page, for a tree or a list takes keys without a look at Ctrl and Shift.
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [context]);
}

/** Chords that move, select, undo, copy and paste in a field. */
const EDITING = /\+(Arrow\w+|Home|End|Backspace|Delete|Insert|Key[ACVXYZ])$/;

/** Whether the key belongs to what has the focus, or lies over the window, and not to the command. */
function isElsewhere(event: KeyboardEvent, id: CommandId): boolean {
  const chord = chordOf(event) ?? "";
  if (COMMANDS[id].isNative === true && chord === usualChord(id)) return true;
  if (usePalette.getState().mode !== null) return id !== "palette" && id !== "quickOpen";
  if (useWindow.getState().overlay.kind !== "none") return true;
  const focused = event.target;
  if (!(focused instanceof Element)) return false;
  if (focused.closest("[data-takes-keys]") !== null) return true;
  // A dialog or a menu has the keyboard for itself; one that is a part of the window says so.
  const over = focused.closest("[role=dialog], [role=alertdialog], [role=menu]");
  if (over !== null && !over.hasAttribute("data-commands")) return true;
  return isField(focused) && EDITING.test(chord);
}

/** The terminal's own field takes no editing keys: they go to the shell. */
function isField(element: Element): boolean {
  return element.matches("input, textarea, [contenteditable]") && element.closest(".xterm") === null;
}
