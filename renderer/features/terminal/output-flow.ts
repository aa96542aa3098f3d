import { DrawAhead } from "./draw-ahead.ts";
import { DrawBatch } from "./draw-batch.ts";
import { DrawnCredit } from "./drawn-credit.ts";
import { type HiddenTurns, hiddenTurns, type Turn } from "./hidden-turns.ts";
import { type PageClock, pageClock } from "./page-clock.ts";

/** Output is handed to the terminal in batches that it draws in so many milliseconds. */
const BATCH_MS = 16;
/**
 * Clears screen, scrollback and modes (RIS), in order with the bytes around it, which Terminal.reset() is not. xterm draws no
 * cursor before its first focus; the step to the screen it is on already (CSI ? 47 l) changes nothing and lets it.
 */
const RESET = Uint8Array.of(0x1b, 0x63, 0x1b, 0x5b, 0x3f, 0x34, 0x37, 0x6c);

/** What is needed of xterm's Terminal. */
export interface Drawing {
  write(bytes: Uint8Array, drawn?: () => void): void;
}

/** The shell's bytes on their way from the link to one terminal, and the credit for them on its way back. */
export class OutputFlow {
  readonly #terminal: Drawing;
  readonly #isShown: () => boolean;
  readonly #clock: PageClock;
  readonly #turns: HiddenTurns;
  readonly #batch: DrawBatch;
  readonly #ahead: DrawAhead;
  readonly #credit: DrawnCredit;
  #report: ((count: number) => void) | undefined;
  /** Credit for bytes that came before `attached`. */
  #owed = 0;
  #channels = 0;
  readonly #turn: Turn = {
    take: () => {
      const costMs = this.#ahead.msOf(this.#batch.release());
      return { costMs, isDone: this.#batch.heldBytes === 0 };
    },
  };

  /** `isShown`: somebody can see the terminal, unless the page is hidden. */
  constructor(terminal: Drawing, isShown: () => boolean, clock: PageClock = pageClock, turns = hiddenTurns) {
    this.#terminal = terminal;
    this.#isShown = isShown;
    this.#clock = clock;
    this.#turns = turns;
    this.#ahead = new DrawAhead(() => !this.#isBehind());
    this.#batch = new DrawBatch((bytes) => this.#draw(bytes), clock);
    this.#credit = new DrawnCredit((count) => this.#give(count), clock);
  }

  /** The channel's bytes may come already; `report` takes counts of bytes that are on the screen, or as good as. */
  attached(report: (count: number) => void): void {
    this.#report = report;
    const owed = this.#owed;
    this.#owed = 0;
    if (owed > 0) report(owed);
  }

  /** What the channel sent stays on the screen; nobody waits for credit any more. */
  detached(): void {
    this.#flush();
    this.#channels += 1;
    this.#report = undefined;
    this.#owed = 0;
    this.#credit.reset();
    this.#ahead.reset();
  }

  output(bytes: Uint8Array): void {
    if (this.#isBehind()) {
      this.#batch.hold(bytes);
      this.#turns.ask(this.#turn);
    }
    // What nobody sees costs no frames.
    else this.#batch.add(bytes, this.#clock.isHidden() ? 0 : this.#ahead.bytesIn(BATCH_MS));
    this.#credit.add(this.#ahead.received(bytes.length));
  }

  snapshot(bytes: Uint8Array): void {
    this.#flush();
    this.#terminal.write(RESET);
    this.#draw(bytes);
    this.#credit.add(this.#ahead.received(bytes.length));
  }

  /** Nothing is held back: also called when the terminal is shown, when the page becomes hidden, and before the end. */
  flush(): void {
    this.#flush();
    this.#credit.flush();
  }

  /** Behind others in a page that is seen. In a hidden page timers are late by a second and more, and nothing waits for one. */
  #isBehind(): boolean {
    return !this.#isShown() && !this.#clock.isHidden();
  }

  #flush(): void {
    this.#turns.leave(this.#turn);
    this.#batch.flush();
  }

  #draw(bytes: Uint8Array): void {
    const channel = this.#channels;
    this.#ahead.begun(bytes.length, this.#clock.now());
    this.#terminal.write(bytes, () => {
      if (channel === this.#channels) this.#credit.add(this.#ahead.drawn(bytes.length, this.#clock.now()));
    });
  }

  #give(count: number): void {
    if (this.#report === undefined) this.#owed += count;
    else this.#report(count);
  }
}
