// RFC 6298: round-trip time and retransmission timeout.

/** RFC 6298 section 2.1 (initial) and section 5.7 (SYN was resent and there is no timestamp to tell which one arrived). */
const INITIAL_RTO_MS = 1000;
const RTO_AFTER_SYN_LOSS_MS = 3000;
export const MAX_RTO_MS = 120_000;
/** Our tuning, as Linux: the timeout is never less than this above SRTT, since peers delay acknowledgements. */
const RTO_MARGIN_MS = 200;
/** How long the smallest round trip seen is believed (RFC 8985 section 6.2 wants a windowed minimum). */
const MIN_RTT_WINDOW_MS = 300_000;
/** What is shown as the path's round trip is the shortest of the last two spells of this length that had samples. */
const SPELL_MS = 10_000;
/** As RFC 9406 section 4.2 (N_RTT_SAMPLE): so many samples make the shortest of them that of the round. */
const SAMPLES_OF_A_ROUND = 8;

export class RttEstimator {
  srtt: number | undefined;
  rttVar = 0;
  minRtt: number | undefined;
  #minRttAt = 0;
  #spellAt = Number.NEGATIVE_INFINITY;
  #spellMin = Number.POSITIVE_INFINITY;
  #spellBefore = Number.POSITIVE_INFINITY;
  #roundAt = Number.NEGATIVE_INFINITY;
  #roundMin = Number.POSITIVE_INFINITY;
  #roundSamples = 0;
  #roundBefore = Number.POSITIVE_INFINITY;
  #rto = INITIAL_RTO_MS;
  #backoff = 0;

  /** The timeout for the next transmission, with the doublings of earlier ones in. */
  get rto(): number {
    return Math.min(MAX_RTO_MS, this.#rto * 2 ** this.#backoff);
  }

  /**
   * RFC 6298 section 2.3; `perRound` is about how many samples one round trip yields (RFC 7323 appendix G). `shortest` is that
   * of the newest segment acknowledged, where one waited for others before its acknowledgement left.
   */
  sample(rtt: number, perRound: number, now: number, shortest = rtt): void {
    const r = Math.max(rtt, 0);
    if (this.srtt === undefined) {
      this.srtt = r;
      this.rttVar = r / 2;
    } else {
      const rounds = Math.max(1, perRound);
      this.rttVar += (Math.abs(this.srtt - r) - this.rttVar) / (4 * rounds);
      this.srtt += (r - this.srtt) / (8 * rounds);
    }
    this.#noteMinimum(Math.max(shortest, 0), now);
    this.#rto = this.srtt + Math.max(RTO_MARGIN_MS, 4 * this.rttVar);
    this.#backoff = 0;
  }

  /**
   * The path's round trip as of late: SRTT without the time that a peer may hold an acknowledgement back, which on a
   * quiet connection is most of it. Undefined before the first sample.
   */
  get pathRtt(): number | undefined {
    const shortest = Math.min(this.#spellMin, this.#spellBefore);
    return Number.isFinite(shortest) ? shortest : undefined;
  }

  /**
   * The shortest of this round trip's samples, or the last one's while there are few: what the path's queues add to the
   * minimum now. SRTT tells that late (a first sample that waited for a handshake weighs on it for ten rounds), and counts
   * the time that acknowledgements are held back. Undefined before the first sample.
   */
  get roundRtt(): number | undefined {
    const isEnough = this.#roundSamples >= SAMPLES_OF_A_ROUND;
    const shortest = isEnough ? this.#roundMin : Math.min(this.#roundMin, this.#roundBefore);
    return Number.isFinite(shortest) ? shortest : undefined;
  }

  #noteMinimum(rtt: number, now: number): void {
    this.#noteRound(rtt, now);
    if (now - this.#spellAt >= SPELL_MS) {
      this.#spellBefore = this.#spellMin;
      this.#spellMin = Number.POSITIVE_INFINITY;
      this.#spellAt = now;
    }
    this.#spellMin = Math.min(this.#spellMin, rtt);
    if (this.minRtt !== undefined && rtt > this.minRtt && now - this.#minRttAt < MIN_RTT_WINDOW_MS) return;
    this.minRtt = rtt;
    this.#minRttAt = now;
  }

  #noteRound(rtt: number, now: number): void {
    if (now - this.#roundAt >= (this.srtt ?? 0)) {
      this.#roundBefore = this.#roundMin;
      this.#roundMin = Number.POSITIVE_INFINITY;
      this.#roundSamples = 0;
      this.#roundAt = now;
    }
    this.#roundMin = Math.min(this.#roundMin, rtt);
    this.#roundSamples++;
  }

  /** RFC 6298 section 5.5. */
  backOff(): void {
    if (this.rto < MAX_RTO_MS) this.#backoff++;
  }

  /** Something other than a sample says that waiting longer is of no use. */
  endBackOff(): void {
    this.#backoff = 0;
  }

  afterSynLoss(): void {
    if (this.srtt === undefined) this.#rto = RTO_AFTER_SYN_LOSS_MS;
    this.#backoff = 0;
  }
}
