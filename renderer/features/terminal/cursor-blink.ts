const HALF_PERIOD_MS = 600;
/** A cursor whose keys nobody has used for so long stands still, as GTK's do: each blink draws a frame, all day. */
const REST_AFTER_MS = 10_000;
const OFF = "cursor-off";

/** Who draws the two halves: the page by a class on the host, or the terminal's own renderer. */
export type BlinkDrawnBy = "page" | "renderer";

/**
 * When the cursor of a terminal blinks: while it has the focus, until ten seconds after the last key. Blinks the cursor of
 * xterm's DOM renderer by a class on its host, twice a period. xterm's own CSS animation keeps the page at 60 style
 * calculations a second for as long as a shell has the focus, which costs more than all else together.
 */
export class CursorBlink {
  readonly #host: HTMLElement;
  readonly #onRest: () => void;
  #drawnBy: BlinkDrawnBy | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #steps = 0;

  /** `onRest`: `isResting` has changed. */
  constructor(host: HTMLElement, onRest: () => void) {
    this.#host = host;
    this.#onRest = onRest;
    host.addEventListener("focusin", this.#wake);
    host.addEventListener("focusout", this.#rest);
  }

  /** Nothing blinks: nobody types here, or it is not wanted. */
  get isResting(): boolean {
    return this.#timer === undefined;
  }

  /** Undefined: a cursor that never blinks. */
  set(drawnBy: BlinkDrawnBy | undefined): void {
    if (drawnBy === this.#drawnBy) return;
    this.#drawnBy = drawnBy;
    this.#host.classList.remove(OFF);
    if (drawnBy === undefined) this.#rest();
    else if (this.isResting) this.#wake();
  }

  /** The cursor stands still while one types. */
  restart(): void {
    this.#host.classList.remove(OFF);
    this.#wake();
  }

  dispose(): void {
    this.#host.removeEventListener("focusin", this.#wake);
    this.#host.removeEventListener("focusout", this.#rest);
    this.#drawnBy = undefined;
    clearInterval(this.#timer);
  }

  readonly #wake = (): void => {
    if (this.#drawnBy === undefined || !this.#host.contains(document.activeElement)) return;
    const rested = this.isResting;
    clearInterval(this.#timer);
    this.#steps = 0;
    this.#timer = setInterval(this.#step, HALF_PERIOD_MS);
    if (rested) this.#onRest();
  };

  readonly #rest = (): void => {
    if (this.isResting) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#host.classList.remove(OFF);
    this.#onRest();
  };

  readonly #step = (): void => {
    this.#steps += 1;
    if (this.#steps * HALF_PERIOD_MS >= REST_AFTER_MS) this.#rest();
    else if (this.#drawnBy === "page" && !document.hidden) this.#host.classList.toggle(OFF);
  };
}
