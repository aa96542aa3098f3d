/** Answers that still hold: RFC 1035 section 7.4, RFC 2308. */
import type { DnsResult } from "./result.ts";

// Our tuning: a day at most, five minutes for "no such name", and no more entries than a user's names.
const LONGEST_POSITIVE_S = 86_400;
const LONGEST_NEGATIVE_S = 300;
const MOST_ENTRIES = 1_024;

interface Entry {
  readonly result: DnsResult;
  readonly expires: number;
}

export class DnsCache {
  readonly #entries = new Map<string, Entry>();

  get(key: string, now: number): DnsResult | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now < entry.expires) return entry?.result;
    this.#entries.delete(key);
    return undefined;
  }

  /** `ttl` in seconds; 0 is for this one use only. */
  set(key: string, result: DnsResult, ttl: number, now: number): void {
    const seconds = Math.min(ttl, result.ok ? LONGEST_POSITIVE_S : LONGEST_NEGATIVE_S);
    this.#entries.delete(key);
    if (seconds <= 0) return;
    if (this.#entries.size >= MOST_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (oldest.done !== true) this.#entries.delete(oldest.value);
    }
    this.#entries.set(key, { result, expires: now + seconds * 1000 });
  }

  clear(): void {
    this.#entries.clear();
  }
}
