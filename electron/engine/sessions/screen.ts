import { SerializeAddon } from "@xterm/addon-serialize";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { LIMITS } from "../../../shared/limits.ts";
import type { Disposable } from "../../base/dispose.ts";

/**
 * Scrollback that is kept, and given back to a window, in cells: 2,500 lines of 80 columns. Each cell may cost some 40 bytes of escape
 * sequences and a microsecond of this thread, which carries every tunnel.
 */
const SCROLLBACK_CELLS = 200_000;

function scrollbackFor(columns: number): number {
  return Math.floor(SCROLLBACK_CELLS / columns);
}

/**
 * The session's own terminal: it draws what the shell prints whether or not a window looks, so that a window which comes
 * (back) can be given the screen and its scrollback.
 */
export class Screen implements Disposable {
  readonly #terminal: xterm.Terminal;
  readonly #serializer = new SerializeAddon();
  /** Bytes written and not yet drawn. */
  #pending = 0;
  title: string | null = null;

  constructor(options: {
    columns: number;
    rows: number;
    onTitle(title: string): void;
    /** An answer of the terminal to a query of the program, for example its cursor position. */
    onReply(bytes: Uint8Array): void;
  }) {
    this.#terminal = new xterm.Terminal({
      cols: options.columns,
      rows: options.rows,
      scrollback: scrollbackFor(options.columns),
      allowProposedApi: true,
    });
    this.#terminal.loadAddon(this.#serializer);
    // The window measures characters by Unicode 11; the two must agree or a restored line would shift.
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = "11";
    this.#terminal.onTitleChange((full) => {
      const title = full.slice(0, LIMITS.titleLength);
      if (title === this.title) return;
      this.title = title;
      options.onTitle(title);
    });
    const encoder = new TextEncoder();
    this.#terminal.onData((text) => options.onReply(encoder.encode(text)));
  }

  get pending(): number {
    return this.#pending;
  }

  write(bytes: Uint8Array, drawn?: () => void): void {
    this.#pending += bytes.length;
    this.#terminal.write(bytes, () => {
      this.#pending -= bytes.length;
      drawn?.();
    });
  }

  resize(columns: number, rows: number): void {
    this.#terminal.options.scrollback = scrollbackFor(columns);
    this.#terminal.resize(columns, rows);
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Waits until all that was written is drawn, then gives the bytes that draw the same again on a cleared terminal. */
  snapshot(): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#terminal.write("", () => {
        resolve(new TextEncoder().encode(this.#serializer.serialize()));
      });
    });
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
