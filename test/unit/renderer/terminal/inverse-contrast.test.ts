// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepInverseContrast } from "../../../../renderer/features/terminal/inverse-contrast.ts";

class Observer {
  readonly #tell: (entries: { isIntersecting: boolean }[]) => void;
  constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
    this.#tell = tell;
  }
  observe(): void {
    this.#tell([{ isIntersecting: true }]);
  }
  disconnect(): void {
    // Nothing comes any more in any case.
  }
}

/** xterm's class for the theme's background as text. */
const INVERSE_TEXT = "xterm-fg-257";

let terminal: Terminal;
let host: HTMLElement;

/** The first piece of a terminal's first row, after this was written to it. */
async function drawn(text: string, theme = { background: "#0e1113", foreground: "#e6eaec" }): Promise<HTMLElement> {
  terminal = new Terminal({ cols: 20, rows: 3, minimumContrastRatio: 4.5, theme });
  host = document.body.appendChild(document.createElement("div"));
  terminal.open(host);
  keepInverseContrast(terminal);
  await new Promise<void>((resolve) => terminal.write(`\n\n\n\x1b[H${text}\x1b[0m\x1b[3;1H`, resolve));
  for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  const piece = host.querySelector<HTMLElement>(".xterm-rows > div > span");
  if (piece === null) throw new Error("nothing was drawn");
  return piece;
}

beforeEach(() => {
  vi.stubGlobal("IntersectionObserver", Observer);
});

afterEach(() => {
  terminal.dispose();
  host.remove();
  vi.unstubAllGlobals();
});

describe("inverse text without WebGL", () => {
  test("#29 has the theme's own two colours, and not a grey", async () => {
    for (const _ of ["the first terminal", "the next one"]) {
      const piece = await drawn("\x1b[7minverse");
      expect(piece.textContent).toBe("inverse");
      expect(piece.style.color).toBe("");
      expect(piece.classList).toContain(INVERSE_TEXT);
    }
  });

  test("colours that a program set are held to the contrast as before", async () => {
    // White set as the background is the text of the inverse: too near to the theme's text colour, which is behind it.
    const piece = await drawn("\x1b[7;48;2;240;240;240mtext");
    expect(piece.style.color).not.toBe("");
    const plain = await drawn("\x1b[38;2;20;20;20mtext");
    expect(plain.style.color).not.toMatch(/#?141414|rgb\(20, 20, 20\)/);
  });

  test("a theme whose own two colours are too near is mended in inverse text too", async () => {
    const piece = await drawn("\x1b[7mtext", { background: "#777777", foreground: "#888888" });
    expect(piece.style.color).not.toBe("");
    expect(piece.classList).not.toContain(INVERSE_TEXT);
  });
});
