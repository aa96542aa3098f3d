import { flushSync } from "react-dom";
import { create } from "zustand";
import { focusBack, focusedElement } from "../../commands/focus-back.ts";

/** "commands": everything, commands first. "places": apps, machines and open shells. */
export type PaletteMode = "commands" | "places";

interface PaletteState {
  readonly mode: PaletteMode | null;
  /** What had the focus, and gets it back. */
  readonly returnTo: HTMLElement | null;
}

export const usePalette = create<PaletteState>(() => ({ mode: null, returnTo: null }));

/** Opens it, turns the one that is open into the other, or closes it. */
export function openPalette(mode: PaletteMode): void {
  if (usePalette.getState().mode === mode) {
    leavePalette();
    return;
  }
  usePalette.setState((state) => ({
    mode,
    returnTo: state.mode !== null ? state.returnTo : focusedElement(),
  }));
}

/** Closes it at once and gives the focus back, so that what comes next may take it somewhere else. */
export function leavePalette(): void {
  const { returnTo } = usePalette.getState();
  flushSync(() => usePalette.setState({ mode: null, returnTo: null }));
  focusBack(returnTo);
}
