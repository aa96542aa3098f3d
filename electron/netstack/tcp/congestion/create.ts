import type { CongestionControl } from "./congestion-control.ts";
import { Cubic } from "./cubic.ts";
import { NewReno } from "./new-reno.ts";

type Make = (mss: number, initial: number) => CongestionControl;

/** The one list: a further one is a file beside this and a line here. */
const CONTROLS = {
  cubic: (mss, initial) => new Cubic(mss, initial),
  "new-reno": (mss, initial) => new NewReno(mss, initial),
} as const satisfies Record<string, Make>;

export type CongestionName = keyof typeof CONTROLS;

export function createCongestionControl(name: CongestionName, mss: number, initial: number): CongestionControl {
  return CONTROLS[name](mss, initial);
}
