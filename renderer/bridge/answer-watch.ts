/** From the first thing sent that nothing was heard after. A shell's echo, an answer and any event are all the same here. */
const ASK_AFTER_MS = 3_000;
/** Then the host is asked for something that it knows at once, and has so long for it. */
const LOOK_MS = 1_000;
/** By steps: a page that was put to sleep itself takes one of them, not all. */
const LOOKS = 4;

/** Notices a host that is there and says nothing, stopped or at work without end. It asks only after the page wanted something. */
export class AnswerWatch {
  readonly #ask: () => void;
  readonly #onChange: () => void;
  /** When the first thing was sent that nothing was heard after, on `performance`'s clock. */
  #waitingSince: number | undefined;
  /** The same, as it was when the host was asked. */
  #askedFor: number | undefined;
  #looks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isSilent = false;

  /** `ask` sends something that is answered at once; `onChange` follows each change of `isSilent`. */
  constructor(ask: () => void, onChange: () => void) {
    this.#ask = ask;
    this.#onChange = onChange;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Something that is followed by a message as a rule. */
  sent(): void {
    this.#waitingSince ??= performance.now();
    if (this.#timer === undefined && !this.#isSilent) this.#timer = setTimeout(this.#doubt, ASK_AFTER_MS);
  }

  /** Any message. A timer that runs finds that there was one, whatever was sent after it: it is not moved for each. */
  heard(): void {
    this.#waitingSince = undefined;
    this.#become(false);
  }

  /** The link went, and with it what was waited for. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.heard();
  }

  readonly #doubt = (): void => {
    this.#timer = undefined;
    if (this.#waitingSince === undefined) return;
    const left = this.#waitingSince + ASK_AFTER_MS - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(this.#doubt, left);
      return;
    }
    this.#looks = 0;
    this.#askedFor = this.#waitingSince;
    this.#timer = setTimeout(this.#look, LOOK_MS);
    this.#ask();
  };

  readonly #look = (): void => {
    if (this.#waitingSince !== this.#askedFor) {
      this.#doubt();
      return;
    }
    this.#timer = undefined;
    this.#looks += 1;
    if (this.#looks >= LOOKS) this.#become(true);
    else this.#timer = setTimeout(this.#look, LOOK_MS);
  };

  #become(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return;
    this.#isSilent = isSilent;
    this.#onChange();
  }
}
