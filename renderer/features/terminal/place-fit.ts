import { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";

/** The size of one character in pixels. */
export interface Cell {
  readonly width: number;
  readonly height: number;
}

/** Matches a terminal to its place: once for each size of that, and of its cells. */
export class PlaceFit {
  readonly #terminal: Terminal;
  readonly #addon = new FitAddon();
  #fitted = "";

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    terminal.loadAddon(this.#addon);
  }

  /** Of what is drawn; undefined where nothing is. */
  get cell(): Cell | undefined {
    const screen = this.#terminal.element?.querySelector(".xterm-screen");
    if (!(screen instanceof HTMLElement) || screen.offsetWidth === 0) return undefined;
    const { cols, rows } = this.#terminal;
    return { width: screen.offsetWidth / cols, height: screen.offsetHeight / rows };
  }

  get isShown(): boolean {
    return this.#placeNow() !== undefined;
  }

  /** Whether its place, or its text, has another size than at the last fit. */
  get isDue(): boolean {
    return this.#placeNow() !== this.#fitted;
  }

  fit(): void {
    this.#addon.fit();
    this.#fitted = this.#placeNow() ?? "";
  }

  /** What the size follows from; undefined while the place is hidden. A screen of other density rounds its cells otherwise. */
  #placeNow(): string | undefined {
    const host = this.#terminal.element?.parentElement;
    if (host == null || host.clientWidth === 0 || host.clientHeight === 0) return undefined;
    const { cols, rows, element, options } = this.#terminal;
    const screen = element?.querySelector(".xterm-screen");
    const drawn = screen instanceof HTMLElement ? [screen.offsetWidth, screen.offsetHeight] : [];
    const { fontSize, fontFamily } = options;
    // FitAddon keeps the width of a scrollbar free where there is something to scroll.
    const isBarred = options.scrollback !== 0;
    const text = [cols, rows, ...drawn, fontSize, fontFamily, isBarred, devicePixelRatio];
    return [host.clientWidth, host.clientHeight, ...text].join(" ");
  }
}
