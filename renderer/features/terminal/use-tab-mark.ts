import { useShallow } from "zustand/react/shallow";
import { type Tab, useShells } from "../../state/shell-store.ts";
import { tabMark } from "./tab-state.ts";

/** The marks of a tab; the same object as long as nothing of it changed, so that other tabs' output draws nothing here. */
export function useTabMark(tab: Tab): ReturnType<typeof tabMark> {
  return useShells(useShallow((state) => tabMark(state, tab)));
}
