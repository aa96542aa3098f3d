import type { Terminal } from "@xterm/xterm";

/**
 * xterm 6 brings its scrollbar up to date with each line that scrolls (Viewport: onScroll), timers, styles and events included, and
 * once more in the next frame, for which it asks as well (queueSync): until the scrollback is full that costs more than to read
 * the lines. Here only the frame does it, and whatever is about to scroll from where the bar stands. There is no option for it; where
 * the methods are not found behind the public API, all stays as it was.
 */
export function syncScrollbarWithFrames(terminal: Terminal): void {
  const viewport = field(field(terminal, "_core"), "_viewport");
  const sync = field(viewport, "_sync");
  if (typeof viewport !== "object" || viewport === null || typeof sync !== "function") return;
  let isDue = false;
  const catchUp = (): void => {
    if (!isDue) return;
    isDue = false;
    Reflect.apply(sync, viewport, []);
  };
  // A frame tells the row that was scrolled to last, or that there was none; a line that scrolls tells nothing.
  Reflect.set(viewport, "_sync", (...told: unknown[]) => {
    if (told.length === 0) isDue = true;
    else {
      catchUp();
      Reflect.apply(sync, viewport, told);
    }
  });
  for (const name of ["scrollLines", "scrollToLine"]) {
    const scroll = field(viewport, name);
    if (typeof scroll !== "function") continue;
    Reflect.set(viewport, name, (...by: unknown[]) => {
      catchUp();
      Reflect.apply(scroll, viewport, by);
    });
  }
  for (const event of ["wheel", "pointerdown"])
    terminal.element?.addEventListener(event, catchUp, { capture: true, passive: true });
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
