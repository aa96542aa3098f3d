import { ProgressAddon } from "@xterm/addon-progress";
import type { Terminal } from "@xterm/headless";

/** Characters of the folder's address, as the window reads it at most (`features/terminal/osc/directory.ts` there). */
const LONGEST_FOLDER = 4096;

/** What programs say of themselves beside the text: the folder (OSC 7) and how far they are (OSC 9;4). */
export class ScreenMarks {
  readonly #progress = new ProgressAddon();
  #folder: string | undefined;
  /** A window that comes back may show a progress that is over. */
  #hadProgress = false;

  /** `isHeard`: false while what is drawn is no program's. */
  constructor(terminal: Terminal, isHeard: () => boolean) {
    terminal.loadAddon(this.#progress);
    this.#progress.onChange(() => {
      this.#hadProgress = true;
    });
    // The handler that was added last is asked first; true keeps the sequence from the others.
    terminal.parser.registerOscHandler(9, () => !isHeard());
    terminal.parser.registerOscHandler(7, (data) => {
      if (isHeard() && data.length <= LONGEST_FOLDER) this.#folder = data;
      return true;
    });
  }

  /** The program is gone: what it was doing ended with it. */
  forgetProgress(): void {
    if (this.#hadProgress) this.#progress.progress = { state: 0, value: 0 };
  }

  /** What tells another terminal the same. */
  get told(): string {
    const { state, value } = this.#progress.progress;
    const folder = this.#folder === undefined ? "" : `\u001b]7;${this.#folder}\u001b\\`;
    return this.#hadProgress ? `${folder}\u001b]9;4;${state};${value}\u001b\\` : folder;
  }
}
