const MOST_ENTRIES = 1000;

/** What was entered, oldest first, and a walk through it that keeps the unfinished line. */
export class History {
  readonly #entries: string[] = [];
  /** Position of the walk; the entries' length stands for the unfinished line. */
  #at = 0;
  #unfinished = "";

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Ends the walk. Blank lines, lines that start with a blank and repetitions are not kept (HISTCONTROL=ignoreboth). */
  add(line: string): void {
    if (line.trim() !== "" && !line.startsWith(" ") && this.#entries.at(-1) !== line) this.#entries.push(line);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    this.reset();
  }

  reset(): void {
    this.#at = this.#entries.length;
    this.#unfinished = "";
  }

  /** The line above `current`, or undefined at the top. */
  older(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#entries.length) this.#unfinished = current;
    this.#at--;
    return this.#entries[this.#at];
  }

  newer(): string | undefined {
    if (this.#at === this.#entries.length) return undefined;
    this.#at++;
    return this.#at === this.#entries.length ? this.#unfinished : this.#entries[this.#at];
  }

  /** The youngest entry before `before` that contains `text`, with its index. */
  search(text: string, before = this.#entries.length): { readonly index: number; readonly line: string } | undefined {
    for (let index = Math.min(before, this.#entries.length) - 1; index >= 0; index--) {
      const line = this.#entries[index]!;
      if (line.includes(text)) return { index, line };
    }
    return undefined;
  }
}
