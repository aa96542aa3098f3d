/** Answers that still hold: RFC 1035 section 7.4, RFC 2181 section 8, RFC 2308. */
import type { DnsRecord } from "./message.ts";
import type { DnsResult } from "./result.ts";

// Our tuning: a day at most, five minutes for "no such name", and no more than a user's names need.
const LONGEST_POSITIVE_S = 86_400;
const LONGEST_NEGATIVE_S = 300;
const MOST_ENTRIES = 1_024;
/** A hostile answer has two thousand records: such entries count by their size. */
const MOST_BYTES = 1 << 20;
const RECORD_BYTES = 128;

interface Entry {
  readonly result: DnsResult;
  readonly setAt: number;
  readonly expires: number;
  readonly bytes: number;
}

export class DnsCache {
  /** In the order of their making. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** Records come with the seconds that they have left. */
  get(key: string, now: number): DnsResult | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (now >= entry.expires) {
      this.#delete(key);
      return undefined;
    }
    const { result, setAt } = entry;
    const age = Math.floor((now - setAt) / 1000);
    if (!result.ok || age <= 0) return result;
    return { ok: true, records: result.records.map((r) => ({ ...r, ttl: Math.max(0, r.ttl - age) })) };
  }

  /** `ttl` in seconds; 0 is for this one use only. */
  set(key: string, result: DnsResult, ttl: number, now: number): void {
    const seconds = Math.min(ttl, result.ok ? LONGEST_POSITIVE_S : LONGEST_NEGATIVE_S);
    const bytes = sizeOf(result);
    this.#delete(key);
    if (seconds <= 0 || bytes > MOST_BYTES) return;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < MOST_ENTRIES && this.#bytes + bytes <= MOST_BYTES) break;
      this.#delete(oldest);
    }
    this.#entries.set(key, { result, setAt: now, expires: now + seconds * 1000, bytes });
    this.#bytes += bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}

function sizeOf(result: DnsResult): number {
  return result.ok ? result.records.reduce((sum, record) => sum + sizeOfRecord(record), RECORD_BYTES) : RECORD_BYTES;
}

function sizeOfRecord(record: DnsRecord): number {
  const strings =
    record.type === "TXT" ? record.strings.reduce((sum, { length }) => sum + RECORD_BYTES + length, 0) : 0;
  return RECORD_BYTES + 2 * record.name.length + strings;
}
