import { create } from "zustand";
import { announce } from "../../state/announcer.ts";
import { strings } from "../../strings.ts";

/** Whether Tab leaves the terminal, as in the rest of the window, instead of going to the shell (complaint 25). */
export const useTabMovesFocus = create<{ readonly on: boolean }>(() => ({ on: false }));

export function toggleTabMovesFocus(): void {
  const on = !useTabMovesFocus.getState().on;
  useTabMovesFocus.setState({ on });
  announce(on ? strings.accessible.tabMoves : strings.accessible.tabTypes, "polite");
}
