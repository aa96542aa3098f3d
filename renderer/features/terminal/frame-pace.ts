import type { Terminal } from "@xterm/xterm";
import type { Drawing } from "./output-flow.ts";
import { type PageClock, pageClock } from "./page-clock.ts";
import { RowParts } from "./row-parts.ts";

/** Of fast output the screen shows one frame in so many milliseconds, */
const FRAME_MS = 40;
/** or in so many times what one takes, where that is more: a slow machine would do nothing but draw. */
const FRAME_TIMES = 4;
/** Six a second are enough to see that it goes on. */
const LONGEST_FRAME_MS = 160;
/** What a frame takes is the least that one of so many took: between its rows and its end the page may do other things. */
const TIMED = 4;
/** Up to so many bytes a frame are drawn as they come: echoes of keys, and programs that paint the screen themselves. */
const AT_ONCE = 32 * 1024;
/**
 * A picture that takes longer than this is drawn in parts, each in a frame of its own: a task is to take 50 ms at most, and the
 * least that pictures took is half of what some take.
 */
const PART_MS = 24;
/** Each part costs a frame of its own as well. */
const MOST_PARTS = 4;

/** The screen's own frames, which tests replace. */
interface Frames {
  request(callback: () => void): number;
  cancel(handle: number): void;
  /** Asked in a frame: calls back once its layout and paint are done. */
  ended(callback: () => void): void;
}

const screenFrames: Frames = {
  request: (callback) => window.requestAnimationFrame(callback),
  cancel: (handle) => window.cancelAnimationFrame(handle),
  ended: (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(null);
  },
};

/**
 * When a terminal's rows are drawn, by what is written to it through here. xterm draws with each frame that the screen has; of
 * fast output nobody can read them, and one costs as much as to parse some hundred kilobytes. One is waited for at a time.
 */
export class FramePace implements Drawing {
  readonly #terminal: Drawing;
  readonly #clock: PageClock;
  readonly #frames: Frames;
  /** Bytes written since the last frame. */
  #written = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** What the last pictures of fast output took, in milliseconds, the newest last. */
  #took: readonly number[] = [];
  #timer: number | undefined;
  #frame: number | undefined;
  /** How many parts the picture has that is being drawn, how many of them are drawn, and in how many milliseconds. */
  #parts = 1;
  #drawn = 0;
  #drawnMs = 0;
  /** It is of fast output. */
  #isOfMuch = false;
  /** When it was drawn, rows had changed again. */
  #isBehind = false;
  #isShown = true;
  #unseen: (() => void) | undefined;

  constructor(terminal: Drawing, clock: PageClock = pageClock, frames: Frames = screenFrames) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#frames = frames;
  }

  write(bytes: Uint8Array, drawn?: () => void): void {
    this.#written += bytes.length;
    this.#terminal.write(bytes, drawn);
  }

  /** A terminal that nobody sees asks for frames as well, for its scrollbar: it gets one when it is seen again. */
  setShown(isShown: boolean): void {
    this.#isShown = isShown;
    const draw = this.#unseen;
    this.#unseen = undefined;
    if (draw !== undefined) this.request(draw);
  }

  /** Calls back in the frame in which the rows, or the next part of them, are to be drawn. */
  request(draw: () => void): void {
    if (!this.#isShown) {
      this.#unseen = draw;
      return;
    }
    const isPaced = this.#drawn === 0 && (this.#isBehind || this.#written > AT_ONCE);
    const wait = isPaced ? this.#drawnAt + this.#gap() - this.#clock.now() : 0;
    if (wait <= 0) this.#next(draw);
    else {
      this.#timer = this.#clock.after(wait, () => {
        this.#timer = undefined;
        this.#next(draw);
      });
    }
  }

  /** Of so many rows on the screen, how many are to be drawn in this frame. */
  rowsNow(rows: number): number {
    if (this.#drawn === 0) {
      const ms = this.#took.length === 0 ? 0 : Math.min(...this.#took);
      this.#parts = Math.min(MOST_PARTS, Math.max(1, Math.ceil(ms / PART_MS)));
    }
    return Math.ceil(rows / this.#parts);
  }

  /** They are, and others are `left`. */
  rowsDrawn(left: boolean): void {
    this.#drawn = left && this.#drawn + 1 < this.#parts ? this.#drawn + 1 : 0;
    this.#isBehind = left && this.#drawn === 0;
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    if (this.#frame !== undefined) this.#frames.cancel(this.#frame);
    this.#timer = undefined;
    this.#frame = undefined;
    this.#unseen = undefined;
    this.#drawn = 0;
  }

  #next(draw: () => void): void {
    this.#frame = this.#frames.request(() => {
      this.#frame = undefined;
      const begun = this.#clock.now();
      this.#drawnAt = begun;
      if (this.#drawn === 0) {
        this.#drawnMs = 0;
        this.#isOfMuch = this.#isBehind || this.#written > AT_ONCE;
        this.#isBehind = false;
        this.#written = 0;
      }
      draw();
      if (this.#isOfMuch) this.#time(begun, this.#drawn === 0);
    });
  }

  #time(begun: number, isWhole: boolean): void {
    this.#frames.ended(() => {
      this.#drawnMs += this.#clock.now() - begun;
      if (isWhole) this.#took = [...this.#took, this.#drawnMs].slice(-TIMED);
    });
  }

  #gap(): number {
    if (this.#took.length < TIMED) return FRAME_MS;
    return Math.min(LONGEST_FRAME_MS, Math.max(FRAME_MS, FRAME_TIMES * Math.min(...this.#took)));
  }
}

/**
 * Lets the terminal draw at this pace. There is no option for it: the one object that asks for frames (RenderDebouncer) is
 * reached behind the public API, and where it is not found all stays as it was.
 */
export function paceFrames(terminal: Terminal, pace: FramePace): void {
  const service = field(field(terminal, "_core"), "_renderService");
  const debouncer = field(service, "_renderDebouncer");
  const asked = field(field(field(debouncer, "_coreBrowserService"), "window"), "requestAnimationFrame");
  if (typeof debouncer !== "object" || debouncer === null || typeof asked !== "function") return;
  if (typeof service === "object" && service !== null) drawInParts(terminal, pace, service, debouncer);
  Reflect.set(debouncer, "_coreBrowserService", {
    window: {
      requestAnimationFrame: (draw: () => void): number => {
        pace.request(draw);
        return 1;
      },
      cancelAnimationFrame: () => pace.cancel(),
    },
  });
}

/** Each part is told to those who listen for changed rows (RenderService.onRenderedViewportChange), unless none has changed. */
function drawInParts(terminal: Terminal, pace: FramePace, service: object, debouncer: object): void {
  const [draw, refresh] = [field(debouncer, "_renderCallback"), field(debouncer, "refresh")];
  if (typeof draw !== "function" || typeof refresh !== "function") return;
  let isSame = true;
  const parts = new RowParts((first, last) => {
    Reflect.set(service, "_isNextRenderRedrawOnly", isSame);
    Reflect.apply(draw, undefined, [first, last]);
  });
  Reflect.set(debouncer, "_renderCallback", (first: number, last: number) => {
    isSame &&= field(service, "_isNextRenderRedrawOnly") === true;
    parts.add(first, last);
    parts.draw(pace.rowsNow(terminal.rows));
    const { due } = parts;
    pace.rowsDrawn(due !== undefined);
    if (due === undefined) isSame = true;
    else Reflect.apply(refresh, debouncer, [due, due, terminal.rows]);
  });
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
