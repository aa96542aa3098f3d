import type { Terminal } from "@xterm/xterm";

/**
 * What an input method composes, xterm draws from the cursor on, however long it is: at the right edge it would leave the
 * pane (complaint 24). Moves it so far to the left that its end, where one types, is seen.
 */
export function keepCompositionInside(terminal: Terminal, host: HTMLElement): void {
  const view = host.querySelector<HTMLElement>(".composition-view");
  const field = terminal.textarea;
  if (view === null || field === undefined) return;
  const place = (): void => {
    view.style.translate = "";
    const over = view.getBoundingClientRect().right - host.getBoundingClientRect().right;
    if (over > 0) view.style.translate = `${-Math.ceil(over)}px`;
  };
  // xterm places it in a timer of its own, and again when it has drawn.
  field.addEventListener("compositionupdate", () => setTimeout(place));
  terminal.onRender(() => {
    if (view.classList.contains("active")) place();
  });
}
