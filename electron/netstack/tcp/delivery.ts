/** What one acknowledgement newly told us. One object per connection, reset for each acknowledgement. */
export class Delivery {
  /** Bytes cumulatively acknowledged, SYN and FIN included. */
  acked = 0;
  /** Bytes newly known to have arrived, by either kind of acknowledgement. */
  delivered = 0;
  /** When the first and the last of the segments cumulatively acknowledged were sent, if never resent; else -1. */
  firstSentAt = -1;
  lastSentAt = -1;
  /** When something that was resent, and is now acknowledged, was last sent; -1 when nothing was. */
  resentAt = -1;
  /** When what the acknowledgement's echo names was sent, to a millisecond; Infinity where it has none. Kept through `reset`. */
  echoedAt = Number.POSITIVE_INFINITY;
  /** RFC 8985 section 6.2 step 3: something never resent arrived after something sent later. */
  reordered = false;

  reset(): void {
    this.acked = 0;
    this.delivered = 0;
    this.firstSentAt = -1;
    this.lastSentAt = -1;
    this.resentAt = -1;
    this.reordered = false;
  }
}
