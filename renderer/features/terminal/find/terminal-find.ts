import type { IDecoration, IMarker, Terminal } from "@xterm/xterm";
import { token } from "../../../state/theme.ts";
import { charactersAtOnce } from "./expression-cost.ts";
import { type FindQuery, patternOf } from "./find-pattern.ts";
import { MOST_MATCHES } from "./most-matches.ts";
import { type Match, scanUp } from "./scan-buffer.ts";

/** How long a search works before it lets the page do something else. */
const SLICE_MS = 6;
/** An expression that held the page up so long on one line is not tried on another. */
const SLOW_MS = 500;
/** Rows of a long line that an expression is tried on as one. */
const MOST_ROWS_OF_EXPRESSION = 8;
/** New output is searched this long after it came; at most so often. */
const AGAIN_AFTER_MS = 500;

export type FindState =
  | { readonly kind: "idle" }
  /** The expression is none. */
  | { readonly kind: "invalid" }
  /** The expression could hold the page up for longer than anybody waits. */
  | { readonly kind: "slow" }
  | {
      readonly kind: "found";
      readonly count: number;
      /** Counted from the top, from 1; null while that is not known. */
      readonly place: number | null;
      /** There are, or may be, more than `count`. */
      readonly more: boolean;
      readonly searching: boolean;
    };

type FindTerminal = Pick<
  Terminal,
  | "buffer"
  | "cols"
  | "rows"
  | "select"
  | "clearSelection"
  | "scrollLines"
  | "registerMarker"
  | "registerDecoration"
  | "onWriteParsed"
  | "onResize"
  | "onRender"
>;

export interface FindClock {
  now(): number;
  /** Resolves when the page had time for something else. */
  pause(): Promise<void>;
}

const pageClock: FindClock = {
  now: () => performance.now(),
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};

/**
 * Finds in one terminal's text, the newest first, in slices that leave the page free however long the text is (complaint
 * 28; xterm's own addon searches all of it at once, and again after every write). Highlights only what is in view.
 */
export class TerminalFind {
  readonly #terminal: FindTerminal;
  readonly #clock: FindClock;
  readonly #onChange: (state: FindState) => void;
  #pattern: RegExp | undefined;
  /** Characters that the expression may be tried on at once; undefined for a query that is a plain text. */
  #atOnce: number | undefined;
  #scan: Generator<readonly Match[], void> | undefined;
  /** From the bottom up. */
  #matches: Match[] = [];
  #wanted = MOST_MATCHES;
  #active = -1;
  /** Follows the active match when lines above it go. */
  #marker: IMarker | undefined;
  #run = 0;
  #listening: { dispose(): void }[] = [];
  #again: ReturnType<typeof setTimeout> | undefined;
  #decorations: IDecoration[] = [];
  #shownAt = -1;

  constructor(terminal: FindTerminal, onChange: (state: FindState) => void, clock: FindClock = pageClock) {
    this.#terminal = terminal;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /** Looks for the query and goes to its match that is nearest above the end of what is in view. */
  async search(query: FindQuery): Promise<void> {
    this.#pattern = query.text === "" ? undefined : patternOf(query);
    this.#atOnce = query.regex ? charactersAtOnce(query.text) : undefined;
    this.#listen();
    this.#forget();
    if (this.#pattern === undefined) {
      this.#run += 1;
      this.#terminal.clearSelection();
      this.#onChange({ kind: query.text === "" ? "idle" : "invalid" });
      return;
    }
    if (this.#atOnce !== undefined && this.#atOnce < this.#terminal.cols) {
      this.#refuse();
      return;
    }
    await this.#begin(() => this.#goToView());
  }

  /** The match below the one it is at; after the last, the first. */
  next(): void {
    if (this.#matches.length > 0) this.#goTo(this.#active <= 0 ? this.#matches.length - 1 : this.#active - 1);
  }

  /** The match above. Beyond those that are known, looks for more. */
  async previous(): Promise<void> {
    const next = this.#active + 1;
    if (next >= this.#matches.length && this.#scan !== undefined) {
      this.#wanted = this.#matches.length + MOST_MATCHES;
      await this.#go(this.#run, () => undefined);
    }
    if (this.#matches.length > 0) this.#goTo(next < this.#matches.length ? next : 0);
  }

  /** Takes the highlights away; the last match stays selected. */
  close(): void {
    this.#run += 1;
    this.#pattern = undefined;
    this.#forget();
    clearTimeout(this.#again);
    this.#again = undefined;
    for (const one of this.#listening.splice(0)) one.dispose();
    this.#onChange({ kind: "idle" });
  }

  /** Until another query: output that comes is not searched with it either. */
  #refuse(): void {
    this.#run += 1;
    this.#pattern = undefined;
    this.#forget();
    this.#terminal.clearSelection();
    this.#onChange({ kind: "slow" });
  }

  #listen(): void {
    if (this.#listening.length > 0) return;
    this.#listening = [
      this.#terminal.onWriteParsed(() => this.#searchAgainSoon()),
      this.#terminal.onResize(() => this.#searchAgainSoon()),
      this.#terminal.onRender(() => {
        if (this.#terminal.buffer.active.viewportY !== this.#shownAt) this.#highlight();
      }),
    ];
  }

  #searchAgainSoon(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      if (this.#pattern === undefined) return;
      const line = this.#marker?.isDisposed === false ? this.#marker.line : -1;
      const column = this.#matches[this.#active]?.column ?? -1;
      void this.#begin(() => {
        this.#active = this.#matches.findIndex((match) => match.row === line && match.column === column);
      });
    }, AGAIN_AFTER_MS);
  }

  async #begin(settle: () => void): Promise<void> {
    const run = ++this.#run;
    if (this.#pattern === undefined) return;
    const { buffer, cols } = this.#terminal;
    const rows =
      this.#atOnce === undefined ? undefined : Math.min(MOST_ROWS_OF_EXPRESSION, Math.floor(this.#atOnce / cols) || 1);
    this.#scan = scanUp(buffer.active, cols, this.#pattern, rows);
    this.#matches = [];
    this.#wanted = MOST_MATCHES;
    await this.#go(run, settle);
  }

  /** Works on the scan in slices until it has what is wanted. `settle` chooses the active match once there is one. */
  async #go(run: number, settle: () => void): Promise<void> {
    let isSettled = false;
    while (run === this.#run && this.#scan !== undefined && this.#matches.length < this.#wanted) {
      const began = this.#clock.now();
      while (this.#matches.length < this.#wanted && this.#clock.now() - began < SLICE_MS) {
        const stepBegan = this.#clock.now();
        const step = this.#scan.next();
        if (this.#atOnce !== undefined && this.#clock.now() - stepBegan > SLOW_MS) {
          this.#refuse();
          return;
        }
        if (step.done === true) {
          this.#scan = undefined;
          break;
        }
        this.#matches.push(...step.value);
      }
      const isOver = this.#scan === undefined || this.#matches.length >= this.#wanted;
      // Someone who looks far up waits for the whole text; all others get the newest match at once.
      if (!isSettled && (isOver || this.#reaches(this.#lastRowInView()))) {
        isSettled = true;
        settle();
      }
      this.#tell(!isOver);
      if (isOver) break;
      await this.#clock.pause();
    }
    if (run === this.#run) this.#highlight();
  }

  #reaches(row: number): boolean {
    return this.#matches.some((match) => match.row <= row);
  }

  #lastRowInView(): number {
    return this.#terminal.buffer.active.viewportY + this.#terminal.rows - 1;
  }

  #goToView(): void {
    const last = this.#lastRowInView();
    const above = this.#matches.findIndex((match) => match.row <= last);
    if (this.#matches.length === 0) this.#terminal.clearSelection();
    else this.#goTo(above === -1 ? this.#matches.length - 1 : above);
  }

  #goTo(index: number): void {
    const match = this.#matches[index];
    if (match === undefined) return;
    this.#active = index;
    const { baseY, cursorY, viewportY } = this.#terminal.buffer.active;
    this.#marker?.dispose();
    this.#marker = this.#terminal.registerMarker(match.row - baseY - cursorY);
    this.#terminal.select(match.column, match.row, match.length);
    if (match.row < viewportY || match.row > this.#lastRowInView()) {
      this.#terminal.scrollLines(match.row - viewportY - Math.floor(this.#terminal.rows / 2));
    }
    this.#highlight();
    this.#tell(false);
  }

  #tell(searching: boolean): void {
    const isWhole = this.#scan === undefined;
    this.#onChange({
      kind: "found",
      count: this.#matches.length,
      place: isWhole && this.#active >= 0 ? this.#matches.length - this.#active : null,
      more: !isWhole,
      searching,
    });
  }

  #highlight(): void {
    const { baseY, cursorY, viewportY } = this.#terminal.buffer.active;
    this.#shownAt = viewportY;
    for (const one of this.#decorations.splice(0)) one.dispose();
    const last = this.#lastRowInView();
    const active = this.#matches[this.#active];
    const inView = this.#matches.filter((match) => match.row >= viewportY - 2 && match.row <= last);
    for (const match of inView.slice(0, MOST_MATCHES)) {
      const background = token(match === active ? "term-find-active" : "term-find");
      for (const part of partsOf(match, this.#terminal.cols)) {
        const marker = this.#terminal.registerMarker(part.row - baseY - cursorY);
        const decoration = this.#terminal.registerDecoration({
          marker,
          x: part.column,
          width: part.length,
          backgroundColor: background,
          layer: "top",
        });
        if (decoration === undefined) marker.dispose();
        else {
          decoration.onDispose(() => marker.dispose());
          this.#decorations.push(decoration);
        }
      }
    }
  }

  #forget(): void {
    this.#scan = undefined;
    this.#matches = [];
    this.#active = -1;
    this.#marker?.dispose();
    this.#marker = undefined;
    this.#highlight();
  }
}

/** One part for each row that a match touches. */
export function partsOf(match: Match, columns: number): Match[] {
  const parts: Match[] = [];
  let { row, column } = match;
  for (let rest = match.length; rest > 0; ) {
    const length = Math.min(columns - column, rest);
    parts.push({ row, column, length });
    rest -= length;
    column = 0;
    row += 1;
  }
  return parts;
}
