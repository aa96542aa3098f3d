import type { ITheme } from "@xterm/xterm";
import { token } from "../../state/theme.ts";

/** The terminal's colours, from the same tokens as the page. A shell that is over shows no cursor. */
export function terminalTheme(withCursor: boolean): ITheme {
  return {
    background: token("canvas"),
    foreground: token("text"),
    cursor: token(withCursor ? "accent" : "canvas"),
    cursorAccent: token(withCursor ? "canvas" : "text"),
    selectionBackground: token("term-selection"),
    selectionForeground: token("term-selection-text"),
    selectionInactiveBackground: token("term-selection-off"),
    scrollbarSliderBackground: token("line-strong"),
    scrollbarSliderHoverBackground: token("field-line"),
    scrollbarSliderActiveBackground: token("field-line"),
    overviewRulerBorder: token("canvas"),
    black: token("term-black"),
    red: token("term-red"),
    green: token("term-green"),
    yellow: token("term-yellow"),
    blue: token("term-blue"),
    magenta: token("term-magenta"),
    cyan: token("term-cyan"),
    white: token("term-white"),
    brightBlack: token("term-bright-black"),
    brightRed: token("term-bright-red"),
    brightGreen: token("term-bright-green"),
    brightYellow: token("term-bright-yellow"),
    brightBlue: token("term-bright-blue"),
    brightMagenta: token("term-bright-magenta"),
    brightCyan: token("term-bright-cyan"),
    brightWhite: token("term-bright-white"),
  };
}
