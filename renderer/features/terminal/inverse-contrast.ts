import type { Terminal } from "@xterm/xterm";

let isMended = false;

/**
 * With a least contrast, xterm 6's DOM renderer holds inverse text without a colour of its own against itself: it passes the
 * theme's text colour as both background and text (DomRendererRowFactory), so the status lines of less and htop come out grey.
 * WebGL does it right. The text is the theme's background there; once for all terminals, because a terminal that loses WebGL
 * makes its DOM renderer anew. Where the method is not found behind the public API, all stays as it was.
 */
export function keepInverseContrast(terminal: Terminal): void {
  const renderer = field(field(field(terminal, "_core"), "_renderService"), "_renderer");
  const rows = field(field(renderer, "value"), "_rowFactory");
  const drawing = typeof rows === "object" && rows !== null ? Reflect.getPrototypeOf(rows) : null;
  const hold = field(drawing, "_applyMinimumContrast");
  if (isMended || drawing === null || typeof hold !== "function") return;
  isMended = true;
  Reflect.set(drawing, "_applyMinimumContrast", function (this: unknown, ...args: unknown[]): unknown {
    const [element, background, text, cell, , textOverride] = args;
    const colors = field(field(this, "_themeService"), "colors");
    // As the renderer draws it the text of an inverse cell has the colour that was set for its background.
    const isItself = text === field(colors, "foreground") && ask(cell, "isInverse") && ask(cell, "isBgDefault");
    if (!isItself || textOverride !== undefined) return Reflect.apply(hold, this, args);
    return Reflect.apply(hold, this, [element, background, field(colors, "background"), ...args.slice(3)]);
  });
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

function ask(cell: unknown, name: string): boolean {
  const question = field(cell, name);
  return typeof question === "function" && Boolean(Reflect.apply(question, cell, []));
}
