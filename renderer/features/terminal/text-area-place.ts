import type { Terminal } from "@xterm/xterm";

/**
 * xterm moves the field that takes the keys to the cursor after each piece of output (CoreBrowserTerminal._syncTextArea), and the browser
 * then makes a frame for that: between the frames that `frame-pace.ts` lets the rows have, as many again. An input method needs the
 * place once the rows are drawn. There is no option for it; where the method is not found behind the public API, all stays as it was.
 */
export function moveTextAreaWithRows(terminal: Terminal): void {
  const core: unknown = Reflect.get(terminal, "_core");
  if (typeof core !== "object" || core === null) return;
  const move: unknown = Reflect.get(core, "_syncTextArea");
  if (typeof move !== "function") return;
  let isDue = false;
  Reflect.set(core, "_syncTextArea", () => {
    isDue = true;
  });
  terminal.onRender(() => {
    if (!isDue) return;
    isDue = false;
    Reflect.apply(move, core, []);
  });
}
