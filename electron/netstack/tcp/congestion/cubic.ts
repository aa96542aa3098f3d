// RFC 9438 (CUBIC) with HyStart++ for its first slow start. The RFC counts in segments; so do the names with W here.
import type { CongestionControl } from "./congestion-control.ts";
import { HyStart } from "./hystart.ts";

const C = 0.4;
const BETA = 0.7;
/**
 * Our tuning, after TCP Veno (Fu and Liew, 2003): a loss while fewer than three segments stand in queues is the path's noise
 * rather than its limit, and costs a fifth of the window. Wi-Fi and long tunnels lose so; the RFC's response then leaves
 * most of the path unused. Where a queue does build up, RFC 9438 holds.
 */
const BETA_WITHOUT_QUEUE = 0.8;
const SEGMENTS_OF_A_QUEUE = 3;
/**
 * Our tuning: a loss of the first slow start that found no queue, and turns out to be one of a few, says nothing of the path's
 * capacity. RFC 5681 section 3.1 would have avoidance begin from there, on a long path for minutes; slow start goes on after
 * the cut, under HyStart++, but only so often: what drops without a queue (a policer) drops again, and more than a few.
 */
const MOST_EARLY_LOSSES = 4;
const FEW_SEGMENTS = 2;
const FEW_OF_THE_FLIGHT = 1 / 32;
/** RFC 9438 section 4.3: makes the estimate grow as Reno's average would with our BETA. */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);

export class Cubic implements CongestionControl {
  window: number;
  threshold = Number.POSITIVE_INFINITY;
  #mss: number;
  #hystart: HyStart | undefined = new HyStart();
  #wMax = 0;
  /** Window just before the last reduction, in segments. */
  #wPrior = 0;
  #wEst = 0;
  /** Height and time of the plateau of the present epoch. */
  #origin = 0;
  #k = 0;
  #epochStart = -1;
  #lastAckAt = 0;
  #earlyLosses = 0;
  /** While a loss is repaired: so many bytes sent again are few enough for slow start to go on; -1 where it is over. */
  #fewEnough = -1;
  #saved: { wMax: number; wPrior: number; hystart: HyStart | undefined } | undefined;

  constructor(mss: number, initial: number) {
    this.#mss = mss;
    this.window = initial;
  }

  setMss(mss: number): void {
    this.#mss = mss;
  }

  onAck(
    acked: number,
    rtt: number | undefined,
    srtt: number | undefined,
    sndUna: number,
    sndNxt: number,
    now: number,
  ): void {
    const rest = this.window < this.threshold ? this.#slowStart(acked, rtt, sndUna, sndNxt) : acked;
    if (rest > 0) this.#avoid(rest / this.#mss, srtt ?? 0, now);
    this.#lastAckAt = now;
  }

  onLoss(flight: number, _now: number, backlog = Number.POSITIVE_INFINITY): void {
    const hasQueue = backlog >= SEGMENTS_OF_A_QUEUE * this.#mss;
    const beta = hasQueue ? BETA : BETA_WITHOUT_QUEUE;
    const w = this.window / this.#mss;
    this.#saved = { wMax: this.#wMax, wPrior: this.#wPrior, hystart: this.#hystart };
    const isEarly = this.#hystart?.divisor === 1 && !hasQueue && this.#earlyLosses < MOST_EARLY_LOSSES;
    this.#fewEnough = isEarly ? Math.max(FEW_SEGMENTS * this.#mss, flight * FEW_OF_THE_FLIGHT) : -1;
    this.#hystart = undefined;
    // Section 4.7, fast convergence: a flow that loses ground makes room for newcomers.
    this.#wMax = w < this.#wMax ? (w * (1 + beta)) / 2 : w;
    this.#wPrior = w;
    this.threshold = Math.max(flight * beta, 2 * this.#mss);
    this.#epochStart = -1;
  }

  onRepaired(resent: number): void {
    const isOver = resent > this.#fewEnough;
    this.#fewEnough = -1;
    if (isOver) return;
    this.#earlyLosses++;
    this.#hystart = this.#saved?.hystart;
    this.threshold = Number.POSITIVE_INFINITY;
  }

  onTimeout(flight: number, first: boolean, now: number): void {
    if (first) this.onLoss(flight, now);
    this.#fewEnough = -1;
    // Section 4.8: after a timeout the epoch starts where slow start ends.
    this.#wMax = 0;
    this.#epochStart = -1;
    this.window = this.#mss;
  }

  onIdle(initialWindow: number): void {
    this.window = Math.min(this.window, initialWindow);
    this.#epochStart = -1;
  }

  undo(window: number, threshold: number): void {
    this.window = Math.max(this.window, window);
    this.threshold = Math.max(this.threshold, threshold);
    if (this.#saved !== undefined) {
      this.#wMax = this.#saved.wMax;
      this.#wPrior = this.#saved.wPrior;
      this.#hystart = this.#saved.hystart;
    }
    this.#fewEnough = -1;
    this.#epochStart = -1;
  }

  /** Answers the bytes left over for congestion avoidance. */
  #slowStart(acked: number, rtt: number | undefined, sndUna: number, sndNxt: number): number {
    const over = this.#hystart?.onAck(rtt, sndUna, sndNxt) === true;
    if (over) {
      this.threshold = this.window;
      this.#hystart = undefined;
      return acked;
    }
    const growth = Math.min(acked / (this.#hystart?.divisor ?? 1), this.threshold - this.window);
    this.window += growth;
    return this.window < this.threshold ? 0 : acked - growth;
  }

  /** Sections 4.2 to 4.5, for `acked` segments. */
  #avoid(acked: number, srtt: number, now: number): void {
    const w = this.window / this.#mss;
    if (this.#epochStart < 0) this.#beginEpoch(w, now);
    // Section 5.8: time in which the window was not used does not count.
    else if (now - this.#lastAckAt > 3 * srtt + 100) this.#epochStart += now - this.#lastAckAt;
    const t = (now - this.#epochStart) / 1000;
    const cubic = this.#curve(t);
    this.#wEst += ((this.#wEst < this.#wPrior ? ALPHA : 1) * acked) / w;
    if (cubic < this.#wEst) {
      this.window = Math.max(this.window, this.#wEst * this.#mss);
      return;
    }
    const target = Math.min(1.5 * w, Math.max(w, this.#curve(t + srtt / 1000)));
    this.window += ((target - w) / w) * acked * this.#mss;
  }

  #beginEpoch(w: number, now: number): void {
    this.#epochStart = now;
    this.#wEst = w;
    this.#origin = Math.max(w, this.#wMax);
    this.#k = Math.cbrt((this.#origin - w) / C);
  }

  /** Section 4.2, W_cubic(t) with t in seconds. */
  #curve(t: number): number {
    return C * (t - this.#k) ** 3 + this.#origin;
  }
}
