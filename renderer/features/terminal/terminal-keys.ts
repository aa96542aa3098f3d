import type { Terminal } from "@xterm/xterm";

type KeyVerdict = "shell" | "window" | "handled";

export interface KeyContext {
  readonly terminal: Pick<Terminal, "hasSelection">;
  /** Tab goes to the next control instead of the shell. */
  readonly tabMovesFocus: boolean;
  /** The window's own shortcuts, which the terminal must leave alone. */
  isShortcut(event: KeyboardEvent): boolean;
  /** Keys of a shell that has ended. True when the key meant something there. */
  onEndedKey(key: string): boolean;
  copy(): void;
}

/**
 * Decides who gets a key. Ctrl+C copies only while something is selected; pasting is left to the browser, whose paste
 * event comes to the one paste path. What an input method composes is never a key (complaint 24).
 */
export function judgeKey(event: KeyboardEvent, context: KeyContext): KeyVerdict {
  if (event.type !== "keydown" || event.isComposing || event.keyCode === 229) return "shell";
  const control = event.ctrlKey && !event.altKey && !event.metaKey;
  const key = event.key.toLowerCase();
  const copies = key === "c" ? event.shiftKey || context.terminal.hasSelection() : isPlainInsert(event, context);
  if (control && copies) {
    context.copy();
    event.preventDefault();
    return "handled";
  }
  if ((control && event.shiftKey && key === "v") || (event.shiftKey && key === "insert")) return "window";
  if (key === "tab" && context.tabMovesFocus && !event.ctrlKey && !event.altKey && !event.metaKey) return "window";
  if (context.isShortcut(event)) return "window";
  if (!event.ctrlKey && !event.altKey && !event.metaKey && context.onEndedKey(event.key)) {
    event.preventDefault();
    return "handled";
  }
  return "shell";
}

/** Ctrl+Insert copies; without a selection it is the shell's. */
function isPlainInsert(event: KeyboardEvent, context: KeyContext): boolean {
  return event.key === "Insert" && !event.shiftKey && context.terminal.hasSelection();
}
