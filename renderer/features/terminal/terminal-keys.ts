import type { Terminal } from "@xterm/xterm";

type KeyVerdict = "shell" | "window" | "handled";

export interface KeyContext {
  readonly terminal: Terminal;
  /** The window's own shortcuts, which the terminal must leave alone. */
  isShortcut(event: KeyboardEvent): boolean;
  /** Keys of a shell that has ended. True when the key meant something there. */
  onEndedKey(key: string): boolean;
  copy(): void;
}

/**
 * Decides who gets a key. Ctrl+C copies only while something is selected; pasting is left to the browser, whose paste
 * event comes to the one paste path.
 */
export function judgeKey(event: KeyboardEvent, context: KeyContext): KeyVerdict {
  if (event.type !== "keydown" || event.isComposing || event.keyCode === 229) return "shell";
  const control = event.ctrlKey && !event.altKey && !event.metaKey;
  const key = event.key.toLowerCase();
  if (control && key === "c" && (event.shiftKey || context.terminal.hasSelection())) {
    context.copy();
    event.preventDefault();
    return "handled";
  }
  if ((control && event.shiftKey && key === "v") || (event.shiftKey && key === "insert")) return "window";
  if (context.isShortcut(event)) return "window";
  if (!event.ctrlKey && !event.altKey && !event.metaKey && context.onEndedKey(event.key)) {
    event.preventDefault();
    return "handled";
  }
  return "shell";
}
