import type { Terminal } from "@xterm/xterm";
import type { Drawing } from "./output-flow.ts";
import { type PageClock, pageClock } from "./page-clock.ts";

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
  /** What the last frames of fast output took, in milliseconds, the newest last. */
  #took: readonly number[] = [];
  #timer: number | undefined;
  #frame: number | undefined;

  constructor(terminal: Drawing, clock: PageClock = pageClock, frames: Frames = screenFrames) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#frames = frames;
  }

  write(bytes: Uint8Array, drawn?: () => void): void {
    this.#written += bytes.length;
    this.#terminal.write(bytes, drawn);
  }

  /** Calls back in the frame in which the rows are to be drawn. */
  request(draw: () => void): void {
    const wait = this.#written > AT_ONCE ? this.#drawnAt + this.#gap() - this.#clock.now() : 0;
    if (wait <= 0) this.#next(draw);
    else {
      this.#timer = this.#clock.after(wait, () => {
        this.#timer = undefined;
        this.#next(draw);
      });
    }
  }

  cancel(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    if (this.#frame !== undefined) this.#frames.cancel(this.#frame);
    this.#timer = undefined;
    this.#frame = undefined;
  }

  #next(draw: () => void): void {
    this.#frame = this.#frames.request(() => {
      this.#frame = undefined;
      const isOfMuch = this.#written > AT_ONCE;
      this.#drawnAt = this.#clock.now();
      this.#written = 0;
      draw();
      if (isOfMuch) this.#time(this.#drawnAt);
    });
  }

  #time(begun: number): void {
    this.#frames.ended(() => {
      this.#took = [...this.#took, this.#clock.now() - begun].slice(-TIMED);
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
  const debouncer = field(field(field(terminal, "_core"), "_renderService"), "_renderDebouncer");
  const asked = field(field(field(debouncer, "_coreBrowserService"), "window"), "requestAnimationFrame");
  if (typeof debouncer !== "object" || debouncer === null || typeof asked !== "function") return;
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

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
