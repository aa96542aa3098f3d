const HALF_PERIOD_MS = 600;
const OFF = "cursor-off";

/**
 * Blinks the cursor of xterm's DOM renderer by a class on its host, twice a period. xterm's own CSS animation keeps the
 * page at 60 style calculations a second for as long as a shell has the focus, which costs more than all else together.
 */
export class CursorBlink {
  readonly #host: HTMLElement;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  set(on: boolean): void {
    if (on === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = on ? setInterval(() => this.#tick(), HALF_PERIOD_MS) : undefined;
    this.#host.classList.remove(OFF);
  }

  /** The cursor stands still while one types. */
  restart(): void {
    if (this.#timer === undefined) return;
    this.set(false);
    this.set(true);
  }

  #tick(): void {
    if (document.hidden || !this.#host.contains(document.activeElement)) this.#host.classList.remove(OFF);
    else this.#host.classList.toggle(OFF);
  }
}
