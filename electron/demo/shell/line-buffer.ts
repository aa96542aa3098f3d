import { codePointWidth } from "./cell-width.ts";

/** As much as one paste may bring. */
const MOST_CLUSTERS = 4 * 1024 * 1024;
/** A long paste has more clusters than a call may have arguments. */
const MOST_ARGUMENTS = 10_000;

/**
 * The text being edited and the cursor in it. The unit is what a terminal draws in one place: a code point with the
 * zero-width ones that follow it.
 */
export class LineBuffer {
  #clusters: string[] = [];
  #cursor = 0;
  /** What was killed last, for yank. */
  #killed: readonly string[] = [];

  get text(): string {
    return this.#clusters.join("");
  }

  get clusters(): readonly string[] {
    return this.#clusters;
  }

  /** Index into `clusters`, 0 to its length. */
  get cursor(): number {
    return this.#cursor;
  }

  get textBeforeCursor(): string {
    return this.#clusters.slice(0, this.#cursor).join("");
  }

  /** Replaces everything; the cursor goes to the end. */
  set(text: string): void {
    this.#clusters = splitClusters(text).slice(0, MOST_CLUSTERS);
    this.#cursor = this.#clusters.length;
  }

  /** False when the line is full and nothing was taken. */
  insert(text: string): boolean {
    const added = splitClusters(text);
    if (this.#clusters.length + added.length > MOST_CLUSTERS) return false;
    const first = added[0];
    const previous = this.#clusters[this.#cursor - 1];
    // A combining mark typed behind its letter joins it.
    if (first !== undefined && previous !== undefined && previous !== "\n" && isZeroWidth(first)) {
      this.#clusters[this.#cursor - 1] = previous + first;
      added.shift();
    }
    if (added.length < MOST_ARGUMENTS) this.#clusters.splice(this.#cursor, 0, ...added);
    else this.#clusters = this.#clusters.slice(0, this.#cursor).concat(added, this.#clusters.slice(this.#cursor));
    this.#cursor += added.length;
    return true;
  }

  /** Puts `text` in the place of the `count` clusters before the cursor. */
  replaceBefore(count: number, text: string): void {
    this.#remove(this.#cursor - count, this.#cursor);
    this.insert(text);
  }

  moveTo(index: number): void {
    this.#cursor = Math.max(0, Math.min(index, this.#clusters.length));
  }

  moveBy(count: number): void {
    this.moveTo(this.#cursor + count);
  }

  /** As Alt+B and Alt+F of Emacs and readline: over what is no letter, then over letters. */
  wordStart(): number {
    let at = this.#cursor;
    while (at > 0 && !isWord(this.#clusters[at - 1]!)) at--;
    while (at > 0 && isWord(this.#clusters[at - 1]!)) at--;
    return at;
  }

  wordEnd(): number {
    let at = this.#cursor;
    while (at < this.#clusters.length && !isWord(this.#clusters[at]!)) at++;
    while (at < this.#clusters.length && isWord(this.#clusters[at]!)) at++;
    return at;
  }

  /** Where Ctrl+W cuts: the start of what stands before the cursor up to white space. */
  blankStart(): number {
    let at = this.#cursor;
    while (at > 0 && isBlank(this.#clusters[at - 1]!)) at--;
    while (at > 0 && !isBlank(this.#clusters[at - 1]!)) at--;
    return at;
  }

  deleteBack(): void {
    this.#remove(this.#cursor - 1, this.#cursor);
  }

  deleteForward(): void {
    this.#remove(this.#cursor, this.#cursor + 1);
  }

  /** Removes what lies between the cursor and `index` and keeps it for `yank`. */
  killTo(index: number): void {
    const from = Math.min(index, this.#cursor);
    const to = Math.max(index, this.#cursor);
    if (from === to) return;
    this.#killed = this.#clusters.slice(from, to);
    this.#remove(from, to);
  }

  yank(): void {
    this.insert(this.#killed.join(""));
  }

  /** Ctrl+T: swaps the two clusters around the cursor, or the last two at the end. */
  transpose(): void {
    if (this.#clusters.length < 2 || this.#cursor === 0) return;
    const second = Math.min(this.#cursor, this.#clusters.length - 1);
    const moved = this.#clusters[second]!;
    this.#clusters[second] = this.#clusters[second - 1]!;
    this.#clusters[second - 1] = moved;
    this.#cursor = second + 1;
  }

  #remove(from: number, to: number): void {
    const start = Math.max(0, from);
    const count = Math.min(to, this.#clusters.length) - start;
    if (count <= 0) return;
    this.#clusters.splice(start, count);
    if (this.#cursor > start) this.#cursor = Math.max(start, this.#cursor - count);
  }
}

export function splitClusters(text: string): string[] {
  const clusters: string[] = [];
  for (const char of text) {
    const last = clusters.length - 1;
    if (last >= 0 && isZeroWidth(char) && clusters[last] !== "\n") clusters[last] += char;
    else clusters.push(char);
  }
  return clusters;
}

function isZeroWidth(char: string): boolean {
  return char >= " " && codePointWidth(char) === 0;
}

function isWord(cluster: string): boolean {
  return /^[\p{L}\p{N}]/u.test(cluster);
}

function isBlank(cluster: string): boolean {
  return cluster === " " || cluster === "\t" || cluster === "\n";
}
