import { LIMITS } from "../../shared/limits.ts";
import { CulvertError } from "../base/errors.ts";

interface Claim {
  readonly bytesPerSecond: number;
  /** Infinity while the run goes on. */
  endsAt: number;
}

/** What a request costs beside its data: an empty one is work, too. */
const REQUEST_BYTES = 1_024;

/**
 * What one tunnel sends in pings: runs at once, and bytes in a second over all of them. A run holds its share for one more
 * interval after its end, so that many short ones send no more than a long one.
 */
export class PingBudget {
  readonly #claims = new Set<Claim>();

  /** Throws "too-many-pings", or answers what the run's end is told with; a second call of that does nothing. */
  take({ bytes, intervalMs }: { bytes: number; intervalMs: number }, now: number): (now: number) => void {
    const claim: Claim = {
      bytesPerSecond: ((bytes + REQUEST_BYTES) * 1_000) / intervalMs,
      endsAt: Number.POSITIVE_INFINITY,
    };
    let running = 0;
    let bytesPerSecond = claim.bytesPerSecond;
    for (const other of this.#claims) {
      if (other.endsAt <= now) this.#claims.delete(other);
      else bytesPerSecond += other.bytesPerSecond;
      if (other.endsAt === Number.POSITIVE_INFINITY) running++;
    }
    if (running >= LIMITS.pingRuns) throw new CulvertError("too-many-pings", `${running} go on in this tunnel`);
    if (bytesPerSecond > LIMITS.pingBytesPerSecond) {
      const kilobytes = [bytesPerSecond, LIMITS.pingBytesPerSecond].map((rate) => Math.ceil(rate / 1024));
      const detail = `${kilobytes[0]} KiB a second would leave, ${kilobytes[1]} at most`;
      throw new CulvertError("too-many-pings", detail);
    }
    this.#claims.add(claim);
    return (endedAt) => {
      claim.endsAt = Math.min(claim.endsAt, endedAt + intervalMs);
    };
  }
}
