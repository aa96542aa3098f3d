import { CulvertError } from "../base/errors.ts";
import { TIMESTAMP_LENGTH } from "./messages.ts";

/**
 * TAI64N labels (D. J. Bernstein): seconds as a big-endian 64-bit number with an offset, then nanoseconds. The low 24
 * bits of the nanoseconds are cleared, as WireGuard's implementations do, so that a label tells little about our clock.
 */

/** 2^62 is the label of 1970; ten leap seconds lay between TAI and UTC then. */
const HIGH_OF_1970 = 0x4000_0000;
const LEAP_SECONDS = 10;
const STEP_NS = 2 ** 24;
const SECOND_NS = 1_000_000_000;

/** Labels that only ever grow: when the wall clock does not, the last label is raised by one step (W44). */
export class TimestampSource {
  readonly #wall: () => number;
  #seconds = -1;
  #nanoseconds = 0;

  /** `wall` gives Unix milliseconds; `last` is the label to stay above, from an earlier run. */
  constructor(wall: () => number, last?: Uint8Array) {
    this.#wall = wall;
    if (last !== undefined) this.#resume(last);
  }

  next(): Uint8Array {
    const wall = Math.max(0, this.#wall());
    let seconds = Math.floor(wall / 1000);
    let nanoseconds = Math.floor(((wall - seconds * 1000) * 1_000_000) / STEP_NS) * STEP_NS;
    if (seconds < this.#seconds || (seconds === this.#seconds && nanoseconds <= this.#nanoseconds)) {
      seconds = this.#seconds;
      nanoseconds = this.#nanoseconds + STEP_NS;
      if (nanoseconds >= SECOND_NS) {
        seconds++;
        nanoseconds = 0;
      }
    }
    this.#seconds = seconds;
    this.#nanoseconds = nanoseconds;
    return encode(seconds, nanoseconds);
  }

  /** The greatest label given out or resumed from; undefined when there is none. */
  get last(): Uint8Array | undefined {
    return this.#seconds < 0 ? undefined : encode(this.#seconds, this.#nanoseconds);
  }

  #resume(label: Uint8Array): void {
    const time = decode(label);
    if (time === undefined) throw new CulvertError("internal", "not a TAI64N label");
    this.#seconds = time.seconds;
    this.#nanoseconds = time.nanoseconds;
  }
}

/** Whether label `a` is later than `b`; both have 12 bytes. Labels order as their bytes do. */
export function isLater(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < TIMESTAMP_LENGTH; i++) {
    if (a[i] !== b[i]) return a[i]! > b[i]!;
  }
  return false;
}

/** Whether bytes that were kept somewhere are a label of 1970 or later. */
export function isTimestamp(label: Uint8Array): boolean {
  return decode(label) !== undefined;
}

function decode(label: Uint8Array): { readonly seconds: number; readonly nanoseconds: number } | undefined {
  if (label.length !== TIMESTAMP_LENGTH) return undefined;
  const view = new DataView(label.buffer, label.byteOffset, label.length);
  const seconds = (view.getUint32(0) - HIGH_OF_1970) * 2 ** 32 + view.getUint32(4) - LEAP_SECONDS;
  const nanoseconds = Math.floor(view.getUint32(8) / STEP_NS) * STEP_NS;
  if (seconds < 0 || seconds > Number.MAX_SAFE_INTEGER || nanoseconds >= SECOND_NS) return undefined;
  return { seconds, nanoseconds };
}

function encode(seconds: number, nanoseconds: number): Uint8Array {
  const label = new Uint8Array(TIMESTAMP_LENGTH);
  const view = new DataView(label.buffer);
  const tai = seconds + LEAP_SECONDS;
  view.setUint32(0, HIGH_OF_1970 + Math.floor(tai / 2 ** 32));
  view.setUint32(4, tai % 2 ** 32);
  view.setUint32(8, nanoseconds);
  return label;
}
