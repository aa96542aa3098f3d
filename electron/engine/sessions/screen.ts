import { setImmediate, setTimeout } from "node:timers/promises";
import { SerializeAddon } from "@xterm/addon-serialize";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { boundCounts } from "../../../shared/counted-sequences.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import type { Disposable } from "../../base/dispose.ts";
import { CombiningLimit } from "./combining-limit.ts";
import { keptScreen, linesWithin } from "./kept-screen.ts";
import { ScreenLinks } from "./screen-links.ts";
import { ScreenMarks } from "./screen-marks.ts";

/**
 * Scrollback that is kept, and given back to a window, in cells: 2,500 lines of 80 columns. Each cell may cost some 40 bytes of escape
 * sequences and a microsecond of this thread, which carries every tunnel.
 */
const SCROLLBACK_CELLS = 200_000;

/** No window is larger: 1,000 columns of 200 rows. A screen has to be given to a window whole, and at once. */
const SCREEN_CELLS = 200_000;

/** What a shell that has lines moved without end leaves to the tunnels on this thread, after as long for itself. */
const BREATH_MS = 10;

/** Changes of colour above the screen that a snapshot carries; each costs as much as many plain cells. */
const SNAPSHOT_CHANGES = 20_000;

/** Whatever a kept text switched on is off again: the other screen, mouse, pastes, a hidden cursor, colours, margins. */
const MODES_OFF =
  "\x1b[!p\x1b[?1047l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m";

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
  readonly #links: ScreenLinks;
  readonly #marks: ScreenMarks;
  /** Bytes written and not yet drawn. */
  #pending = 0;
  /** For each write that is not drawn yet, in order: whether its queries are answered. */
  readonly #answers: boolean[] = [];
  readonly #waiting = new Set<() => void>();
  #isSeeding = false;
  #disposed = false;
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
      rows: Math.min(options.rows, Math.floor(SCREEN_CELLS / options.columns)),
      scrollback: scrollbackFor(options.columns),
      allowProposedApi: true,
    });
    boundCounts(this.#terminal, () => setTimeout(BREATH_MS));
    this.#links = new ScreenLinks(this.#terminal);
    this.#links.seen().loadAddon(this.#serializer);
    // The window measures characters by Unicode 11; the two must agree or a restored line would shift.
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = "11";
    // True takes the sequence away from xterm. A kept text names nothing.
    this.#terminal.parser.registerOscHandler(8, (data) => this.#isSeeding || !this.#links.isKept(data));
    this.#marks = new ScreenMarks(this.#terminal, () => !this.#isSeeding);
    this.#terminal.onTitleChange((full) => {
      if (this.#isSeeding) return;
      const title = visibleText(full.slice(0, LIMITS.titleLength));
      if (title === this.title) return;
      this.title = title;
      options.onTitle(title);
    });
    const encoder = new TextEncoder();
    this.#terminal.onData((text) => {
      if (!this.#isSeeding && this.#answers[0] === true) options.onReply(encoder.encode(text));
    });
  }

  get pending(): number {
    return this.#pending;
  }

  /** `answers`: false for bytes that a window gets as well, whose terminal answers the queries in them. */
  write(bytes: Uint8Array, drawn?: () => void, answers = true): void {
    this.#pending += bytes.length;
    this.#answers.push(answers);
    this.#terminal.write(bytes, () => {
      this.#pending -= bytes.length;
      this.#answers.shift();
      drawn?.();
    });
  }

  /**
   * Draws a text that was kept, of which nothing is trusted: its queries are not answered, its titles not taken, and what it
   * switches on is switched off again. Bounded as a shell's own bytes are. What follows is drawn below it.
   */
  seed(text: string): void {
    this.#isSeeding = true;
    this.#terminal.write(new CombiningLimit().filter(new TextEncoder().encode(text)));
    this.#terminal.write(MODES_OFF, () => {
      this.#isSeeding = false;
      if (this.#disposed) return;
      const { active } = this.#terminal.buffer;
      let row = this.#terminal.rows;
      while (row > 1 && active.getLine(active.baseY + row - 1)?.translateToString(true) === "") row -= 1;
      const used = active.getLine(active.baseY + row - 1)?.translateToString(true).length ?? 0;
      this.#terminal.write(`\x1b[${row};${used + 1}H`);
    });
  }

  /** See `keptScreen`; undefined as well once the screen is gone. */
  async text(mostBytes: number, goesOn: () => boolean = () => true): Promise<string | undefined> {
    await this.#drawn();
    if (this.#disposed) return undefined;
    const breathe = async (): Promise<boolean> => {
      await setImmediate();
      return !this.#disposed && goesOn();
    };
    return await keptScreen(this.#terminal, { mostBytes, breathe });
  }

  /** All that was written so far is drawn, or never will be. */
  #drawn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#disposed) return resolve();
      this.#waiting.add(resolve);
      this.#terminal.write("", () => {
        this.#waiting.delete(resolve);
        resolve();
      });
    });
  }

  /** The shell is over: after all that it has printed. */
  ended(): void {
    this.#terminal.write("", () => this.#marks.forgetProgress());
  }

  resize(columns: number, rows: number): void {
    const rowsThatFit = Math.min(rows, Math.floor(SCREEN_CELLS / columns));
    this.#terminal.options.scrollback = scrollbackFor(columns);
    this.#terminal.resize(columns, rowsThatFit);
  }

  get size(): { columns: number; rows: number } {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Waits until all that was written is drawn, then gives the bytes that draw and tell the same again on a cleared terminal. */
  snapshot(): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#terminal.write("", () => {
        const scrollback = linesWithin(this.#terminal, SNAPSHOT_CHANGES);
        const drawn = this.#links.during(scrollback, () => this.#serializer.serialize({ scrollback }));
        resolve(new TextEncoder().encode(drawn + this.#marks.told));
      });
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#terminal.dispose();
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
