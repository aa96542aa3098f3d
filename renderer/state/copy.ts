import { create } from "zustand";
import { strings } from "../strings.ts";
import { announce } from "./announcer.ts";

/** The text that the browser kept off the clipboard last, until it is copied or dismissed; null for none. */
export const useCopyFailure = create<{ readonly text: string | null }>(() => ({ text: null }));

/** Copies a text for the window, and says how that went: both to be heard, a failure also to be seen. False when it failed. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    useCopyFailure.setState({ text });
    announce(strings.clipboard.failed, "assertive");
    return false;
  }
  useCopyFailure.setState({ text: null });
  announce(strings.common.copied, "polite");
  return true;
}

export function dismissCopyFailure(): void {
  useCopyFailure.setState({ text: null });
}
