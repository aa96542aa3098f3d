import {
  LIMITER_BURST,
  LIMITER_FORGET_MS,
  LIMITER_PER_SECOND,
  LOAD_WINDOW_MS,
  MOST_COOKIES_PER_SECOND,
  MOST_LIMITED_ADDRESSES,
} from "./constants.ts";
import type { Endpoint } from "./seam.ts";

/** Whether handshakes come in faster than we care to compute them (paper section 5.3). Sticky for one window. */
export class LoadMeter {
  threshold: number;
  #windowStart = Number.NEGATIVE_INFINITY;
  #count = 0;
  /** Infinity while there is no load: when it ends, unless more comes. */
  #loadedUntil = Number.POSITIVE_INFINITY;

  constructor(threshold: number) {
    this.threshold = threshold;
  }

  get isLoaded(): boolean {
    return this.#loadedUntil !== Number.POSITIVE_INFINITY;
  }

  /** When load ends if nothing more comes; Infinity when there is none. */
  get deadline(): number {
    return this.#loadedUntil;
  }

  /** True when the load ended with this call. */
  expire(now: number): boolean {
    if (now < this.#loadedUntil) return false;
    this.#loadedUntil = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Counts one message and tells whether it arrived under load; `isBehind` when too many wait already. */
  note(now: number, isBehind = false): boolean {
    if (now - this.#windowStart >= LOAD_WINDOW_MS) {
      this.#windowStart = now;
      this.#count = 0;
    }
    this.#count++;
    if (isBehind || this.#count > this.threshold) this.#loadedUntil = now + LOAD_WINDOW_MS;
    else this.expire(now);
    return this.isLoaded;
  }
}

/** How many cookies may still go out in this second. */
export class CookieBudget {
  #windowStart = Number.NEGATIVE_INFINITY;
  #spent = 0;

  spend(now: number): boolean {
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now;
      this.#spent = 0;
    }
    if (this.#spent >= MOST_COOKIES_PER_SECOND) return false;
    this.#spent++;
    return true;
  }
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket for each IPv4 address or IPv6 /64: what one subscriber commonly holds (W37). */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  allow(from: Endpoint, now: number): boolean {
    this.#sweep(now);
    const address = String.fromCharCode(...from.address.subarray(0, 8)); // 4 characters or 8: never the same
    const bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      if (this.#buckets.size >= MOST_LIMITED_ADDRESSES) return false;
      this.#buckets.set(address, { tokens: LIMITER_BURST - 1, filledAt: now });
      return true;
    }
    const gained = ((now - bucket.filledAt) * LIMITER_PER_SECOND) / 1000;
    bucket.tokens = Math.min(LIMITER_BURST, bucket.tokens + gained);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < LIMITER_FORGET_MS) return;
    this.#sweptAt = now;
    for (const [address, bucket] of this.#buckets) {
      if (now - bucket.filledAt >= LIMITER_FORGET_MS) this.#buckets.delete(address);
    }
  }
}
