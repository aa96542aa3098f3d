import type { Terminal } from "@xterm/xterm";

/**
 * xterm cuts the line that has the cursor when it gets narrower, for the shell draws that one anew. A shell that is over, or
 * that nobody hears, draws nothing: until one does again the line is wrapped like all others (#1).
 */
export class CursorLine {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The shell hears of a new size, and draws its line. */
  set isDrawnAnew(isDrawn: boolean) {
    this.#terminal.options.reflowCursorLine = !isDrawn;
  }

  /** `resize` may change the terminal's size. xterm wraps the line but leaves the cursor in its column. */
  during(resize: () => void): void {
    const { cols, options } = this.#terminal;
    const { active } = this.#terminal.buffer;
    const at = this.#columnInLine();
    resize();
    if (options.reflowCursorLine !== true || active.type !== "normal" || this.#terminal.cols === cols) return;
    this.#terminal.write(`\x1b[${(at % this.#terminal.cols) + 1}G`);
  }

  /** In the upper half of the screen. */
  get isHigh(): boolean {
    return this.#terminal.buffer.active.cursorY < this.#terminal.rows / 2;
  }

  /** Whether what covers such a share of the screen, from above or from below, covers it. */
  isUnder(isFromAbove: boolean, share: number): boolean {
    const { cursorY } = this.#terminal.buffer.active;
    const { rows } = this.#terminal;
    return isFromAbove ? cursorY < share * rows : cursorY + 1 > (1 - share) * rows;
  }

  /** Calls back when it may have got to another place. Returns the way to stop that. */
  onMove(listener: () => void): () => void {
    const listening = [this.#terminal.onCursorMove(listener), this.#terminal.onResize(() => listener())];
    return () => {
      for (const one of listening) one.dispose();
    };
  }

  /** Of the cursor, in the whole line that it is on. */
  #columnInLine(): number {
    const { active } = this.#terminal.buffer;
    let row = active.baseY + active.cursorY;
    let column = active.cursorX;
    for (; row > 0 && active.getLine(row)?.isWrapped === true; row -= 1) column += this.#terminal.cols;
    return column;
  }
}
