import type { CongestionControl } from "./congestion-control.ts";
import { Cubic } from "./cubic.ts";
import { NewReno } from "./new-reno.ts";

export type CongestionName = "cubic" | "new-reno";

export function createCongestionControl(name: CongestionName, mss: number, initial: number): CongestionControl {
  return name === "cubic" ? new Cubic(mss, initial) : new NewReno(mss, initial);
}
