/**
 * How much may be in flight. Windows are bytes. Loss recovery decides when something was lost and paces the way down
 * (RFC 9937); the controller decides the target after a loss and the way up.
 */
export interface CongestionControl {
  /** cwnd. */
  window: number;
  /** ssthresh; Infinity before the first loss. */
  threshold: number;
  /** The size of a full segment changed: path MTU or options. */
  setMss(mss: number): void;
  /** `acked` bytes were acknowledged outside of recovery while the window was what limited the sender; times in ms. */
  onAck(
    acked: number,
    rtt: number | undefined,
    srtt: number | undefined,
    sndUna: number,
    sndNxt: number,
    now: number,
  ): void;
  /**
   * Loss found by acknowledgements: lowers `threshold`; the caller brings `window` down to it. `backlog`: about how many
   * bytes of the flight stand in queues on the path; Infinity, also when left out, where nothing is known.
   */
  onLoss(flight: number, now: number, backlog?: number): void;
  /** What was found lost by the last `onLoss` is repaired: so many bytes were sent again, and `window` is `threshold`. */
  onRepaired(resent: number): void;
  /** RFC 5681 equation 4: the timer fired. Lowers `threshold` when `first` in its episode, and `window` to one segment. */
  onTimeout(flight: number, first: boolean, now: number): void;
  /** RFC 5681 section 4.1: nothing was sent for longer than the timeout. */
  onIdle(initialWindow: number): void;
  /** The last loss was none (RFC 4015): window and threshold as they were. */
  undo(window: number, threshold: number): void;
}

/** RFC 6928 section 2. */
export function initialWindow(mss: number): number {
  return Math.min(10 * mss, Math.max(2 * mss, 14_600));
}
