import { create } from "zustand";
import { focusedElement } from "../../commands/focus-back.ts";

interface LeaderState {
  readonly active: boolean;
  /** What had the focus, and gets it back. */
  readonly returnTo: HTMLElement | null;
}

/** Whether the leader was pressed and the next key is a command. There is no time limit. */
export const useLeader = create<LeaderState>(() => ({ active: false, returnTo: null }));

export function startLeader(): void {
  useLeader.setState((state) => (state.active ? state : { active: true, returnTo: focusedElement() }));
}

export function endLeader(): void {
  useLeader.setState({ active: false, returnTo: null });
}
