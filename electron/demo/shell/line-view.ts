import { codePointWidth, textWidth } from "./cell-width.ts";

/** Text to draw and its width without the escape sequences in it. One row only. */
export interface Prompt {
  readonly text: string;
  readonly width: number;
}

export function plainPrompt(text: string): Prompt {
  return { text, width: textWidth(text) };
}

interface Place {
  readonly row: number;
  readonly column: number;
}

const TAB_STOP = 8;

/**
 * Draws prompt and line on a terminal that wraps by itself, and knows in which row of the drawing the terminal's cursor
 * stands. Emits ECMA-48 sequences only: CUU, CUF, ED.
 */
export class LineView {
  #columns: number;
  #prompt: Prompt = plainPrompt("");
  #cursor: Place = { row: 0, column: 0 };

  constructor(columns: number) {
    this.#columns = Math.max(1, columns);
  }

  /** Starts a drawing at the terminal's cursor, which stands in the first column. */
  begin(prompt: Prompt): void {
    this.#prompt = prompt;
    this.#cursor = { row: 0, column: 0 };
  }

  /** Shows another prompt from the next drawing on, in the same place. */
  swapPrompt(prompt: Prompt): void {
    this.#prompt = prompt;
  }

  /** The width changed. The row is kept: xterm does not reflow the lines that the cursor is on. */
  resize(columns: number): void {
    this.#columns = Math.max(1, columns);
  }

  /** Draws everything anew, from the row the drawing began in. */
  draw(clusters: readonly string[], cursor: number): string {
    const end = this.#place(clusters, clusters.length);
    const at = this.#place(clusters, cursor);
    const out = [
      this.#cursor.row > 0 ? `\x1b[${this.#cursor.row}A\r` : "\r",
      this.#prompt.text,
      this.#shape(clusters),
      // A blank makes the terminal wrap by itself, so that it goes on taking the rows for one line when it is resized;
      // erasing from column 0 would undo that.
      end.wrapped ? " " : "",
      "\x1b[J",
      end.row > at.row ? `\x1b[${end.row - at.row}A` : "",
      "\r",
      at.column > 0 ? `\x1b[${at.column}C` : "",
    ];
    this.#cursor = at;
    return out.join("");
  }

  /** The short way for a cluster that was typed at the end; undefined when the row is full. */
  append(cluster: string): string | undefined {
    const width = clusterWidth(cluster);
    if (cluster < " " || this.#cursor.column + width >= this.#columns) return undefined;
    this.#cursor = { row: this.#cursor.row, column: this.#cursor.column + width };
    return cluster;
  }

  /** Leaves the drawing: the terminal's cursor goes to the first column below it. */
  finish(clusters: readonly string[]): string {
    const end = this.#place(clusters, clusters.length);
    const down = end.row - this.#cursor.row;
    // A line that fills its last row has already been given the next one.
    return `${down > 0 ? `\x1b[${down}B` : ""}\r${end.wrapped ? "" : "\n"}`;
  }

  /**
   * Where the cursor stands when `count` clusters are drawn; `wrapped` when only the wrap of a full row put it there.
   * `visit` sees each cluster with the place before it.
   */
  #place(
    clusters: readonly string[],
    count: number,
    visit?: (cluster: string, column: number, wrapped: boolean) => void,
  ): Place & { readonly wrapped: boolean } {
    let row = Math.floor(this.#prompt.width / this.#columns);
    let column = this.#prompt.width % this.#columns;
    let wrapped = column === 0 && row > 0;
    for (let i = 0; i < count; i++) {
      const cluster = clusters[i]!;
      visit?.(cluster, column, wrapped);
      if (cluster === "\n") {
        row += wrapped ? 0 : 1;
        column = 0;
        wrapped = false;
        continue;
      }
      const width = cluster === "\t" ? tabWidth(column, this.#columns) : clusterWidth(cluster);
      if (column + width > this.#columns) {
        row++;
        column = 0;
      }
      column += width;
      wrapped = column >= this.#columns;
      if (wrapped) {
        row++;
        column = 0;
      }
    }
    return { row, column, wrapped };
  }

  /** What is sent for the clusters. A tab is drawn as blanks, other control characters in caret notation. */
  #shape(clusters: readonly string[]): string {
    let out = "";
    this.#place(clusters, clusters.length, (cluster, column, wrapped) => {
      if (cluster === "\n") out += wrapped ? "\r\n" : "\x1b[K\r\n";
      else if (cluster === "\t") out += " ".repeat(tabWidth(column, this.#columns));
      else out += cluster < " " ? `^${String.fromCharCode(cluster.charCodeAt(0) + 64)}` : cluster;
    });
    return out;
  }
}

function clusterWidth(cluster: string): number {
  if (cluster < " " || cluster === "\x7f") return 2;
  let width = 0;
  for (const char of cluster) width += codePointWidth(char);
  // A mark that stands alone is drawn in the cell before it.
  return width;
}

function tabWidth(column: number, columns: number): number {
  return Math.min(TAB_STOP - (column % TAB_STOP), Math.max(1, columns - column));
}
