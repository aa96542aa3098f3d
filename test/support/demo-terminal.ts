import xterm from "@xterm/headless";
import type { ByteSink } from "../../electron/demo/shell/terminal-output.ts";

/** A real terminal emulator as the oracle: bytes in, the screen as text out. */
export class Screen implements ByteSink {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  /** Everything that was written, as text. */
  raw = "";

  constructor(columns = 80, rows = 24) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  }

  write(bytes: Uint8Array): Promise<void> {
    this.raw += Buffer.from(bytes).toString();
    return new Promise((resolve) => this.#terminal.write(Uint8Array.from(bytes), resolve));
  }

  print(text: string): Promise<void> {
    return this.write(Buffer.from(text));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Rows from the first to the last that holds text or the cursor, without blanks at their ends. */
  get rows(): string[] {
    const buffer = this.#terminal.buffer.active;
    const rows: string[] = [];
    for (let i = 0; i < buffer.length; i++) rows.push((buffer.getLine(i)?.translateToString(true) ?? "").trimEnd());
    while (rows.length > buffer.baseY + buffer.cursorY + 1 && rows.at(-1) === "") rows.pop();
    return rows;
  }

  get text(): string {
    return this.rows.join("\n");
  }

  /** Zero-based, on the screen. */
  get cursor(): { readonly x: number; readonly y: number } {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    return { x: cursorX, y: cursorY };
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
