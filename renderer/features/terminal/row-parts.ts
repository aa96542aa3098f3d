/**
 * The rows of a terminal that are to be drawn, drawn so many at a time: each part begins where the last one ended, so that each
 * row has its turn though all of them change again meanwhile.
 */
export class RowParts {
  readonly #draw: (first: number, last: number) => void;
  readonly #due = new Set<number>();
  #next = 0;

  constructor(draw: (first: number, last: number) => void) {
    this.#draw = draw;
  }

  add(first: number, last: number): void {
    for (let row = first; row <= last; row += 1) this.#due.add(row);
  }

  /** One of the rows that are still to be drawn. */
  get due(): number | undefined {
    const [first] = this.#due;
    return first;
  }

  /** Draws as many as that, the neighbours together. */
  draw(most: number): void {
    const rows = [...this.#due].sort((a, b) => a - b);
    const at = Math.max(
      0,
      rows.findIndex((row) => row >= this.#next),
    );
    const part = [...rows.slice(at), ...rows.slice(0, at)].slice(0, most);
    for (let from = 0, to = 0; from < part.length; from = ++to) {
      while (part[to + 1] === part[to]! + 1) to += 1;
      this.#draw(part[from]!, part[to]!);
    }
    for (const row of part) this.#due.delete(row);
    this.#next = (part.at(-1) ?? -1) + 1;
  }
}
