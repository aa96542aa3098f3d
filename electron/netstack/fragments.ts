/** Reassembly of inbound fragments: RFC 8200 section 4.5, RFC 5722, RFC 791 section 3.2, RFC 815's holes as a sorted list. */
import type { StackCounters } from "./stats.ts";

/** RFC 8200 section 4.5; RFC 1122 section 3.3.2 leaves IPv4 a choice, Linux and gVisor take 30 s. */
export const IPV6_REASSEMBLY_MS = 60_000;
export const IPV4_REASSEMBLY_MS = 30_000;

// Our tuning, as in gVisor: above the high mark the oldest datagrams go until the low mark is reached.
export const HIGH_WATER_BYTES = 4 * 1024 * 1024;
const LOW_WATER_BYTES = 3 * 1024 * 1024;
/** What an entry costs beside its bytes, so that many tiny ones count too. */
const ENTRY_COST = 256;
/** Bytes of a first fragment kept to quote: an error holds no more. */
const MOST_QUOTED = 1280;

export interface Fragment {
  /** What the fragments of one datagram have in common. */
  readonly key: string;
  readonly timeoutMs: number;
  /** The packet it came in, for quotes. */
  readonly packet: Uint8Array;
  /** For offset 0: the headers that the datagram will have, as an array of its own. */
  readonly header: Uint8Array | undefined;
  /** A view of the fragment's part of the datagram, not empty. */
  readonly data: Uint8Array;
  /** Where the data belongs in the datagram, in bytes. */
  readonly offset: number;
  readonly moreFragments: boolean;
}

/** The headers that stay are those of the first fragment; `data` is the datagram put together. */
export interface Reassembled {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
}

type Datagram =
  | { readonly kind: "collecting"; readonly deadline: number; readonly parts: Part[]; readonly progress: Progress }
  /** RFC 5722: after an overlap every further fragment is thrown away, too. */
  | { readonly kind: "dead"; readonly deadline: number };

interface Progress {
  /** Bytes of data held, what the datagram costs us, and its length once the last fragment came. */
  held: number;
  cost: number;
  total: number | undefined;
  header: Uint8Array | undefined;
  quote: Uint8Array | undefined;
}

export class Reassembler {
  readonly #counters: StackCounters;
  /** Oldest first. */
  readonly #datagrams = new Map<string, Datagram>();
  /** No deadline is earlier than this one. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(counters: StackCounters) {
    this.#counters = counters;
  }

  /** Takes a well-formed fragment over (copies it) and answers with the datagram when that was its last missing part. */
  add(fragment: Fragment, now: number): Reassembled | undefined {
    const datagram = this.#datagrams.get(fragment.key) ?? this.#start(fragment, now);
    if (datagram.kind === "dead") {
      this.#counters.drop("fragment-overlap");
      return undefined;
    }
    const { parts, progress } = datagram;
    const part = { start: fragment.offset, end: fragment.offset + fragment.data.length };
    const index = insertionPoint(parts, part.start);
    const twin = parts[index];
    if (
      twin !== undefined &&
      twin.start === part.start &&
      twin.end === part.end &&
      sameBytes(twin.data, fragment.data)
    ) {
      this.#counters.drop("fragment-duplicate");
      return undefined;
    }
    if (contradicts(datagram, part, index, fragment.moreFragments)) {
      this.#kill(fragment.key, datagram);
      return undefined;
    }
    parts.splice(index, 0, { ...part, data: fragment.data.slice() });
    progress.held += fragment.data.length;
    this.#charge(progress, fragment.data.length + ENTRY_COST);
    if (!fragment.moreFragments) progress.total = part.end;
    if (part.start === 0 && fragment.header !== undefined) {
      progress.header = fragment.header;
      progress.quote = fragment.packet.slice(0, MOST_QUOTED);
      this.#charge(progress, progress.header.length + progress.quote.length);
    }
    if (progress.held === progress.total && progress.header !== undefined) {
      this.#forget(fragment.key, datagram);
      this.#counters.reassembled++;
      return { header: progress.header, data: join(parts, progress.held) };
    }
    if (this.#counters.reassemblyBytes > HIGH_WATER_BYTES) this.#evict();
    return undefined;
  }

  /** Drops what took too long; `onTimeout` gets the start of each first fragment, to quote it. */
  expire(now: number, onTimeout: (firstFragment: Uint8Array) => void): void {
    if (now < this.#earliest) return;
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const [key, datagram] of this.#datagrams) {
      if (now < datagram.deadline) {
        this.#earliest = Math.min(this.#earliest, datagram.deadline);
        continue;
      }
      this.#forget(key, datagram);
      if (datagram.kind === "dead") continue;
      this.#counters.drop("fragment-timeout");
      if (datagram.progress.quote !== undefined) onTimeout(datagram.progress.quote);
    }
  }

  nextDeadline(): number {
    return this.#earliest;
  }

  clear(): void {
    this.#datagrams.clear();
    this.#counters.reassemblyBytes = 0;
    this.#earliest = Number.POSITIVE_INFINITY;
  }

  #start(fragment: Fragment, now: number): Datagram {
    const deadline = now + fragment.timeoutMs;
    const progress: Progress = { held: 0, cost: 0, total: undefined, header: undefined, quote: undefined };
    const datagram: Datagram = { kind: "collecting", deadline, parts: [], progress };
    this.#charge(progress, ENTRY_COST);
    this.#datagrams.set(fragment.key, datagram);
    this.#earliest = Math.min(this.#earliest, deadline);
    return datagram;
  }

  #kill(key: string, datagram: Datagram): void {
    this.#counters.drop("fragment-overlap");
    this.#forget(key, datagram);
    this.#counters.reassemblyBytes += ENTRY_COST;
    this.#datagrams.set(key, { kind: "dead", deadline: datagram.deadline });
  }

  #forget(key: string, datagram: Datagram): void {
    this.#datagrams.delete(key);
    this.#counters.reassemblyBytes -= datagram.kind === "dead" ? ENTRY_COST : datagram.progress.cost;
  }

  #evict(): void {
    for (const [key, datagram] of this.#datagrams) {
      if (this.#counters.reassemblyBytes <= LOW_WATER_BYTES) return;
      this.#forget(key, datagram);
      this.#counters.drop("fragment-evicted");
    }
  }

  #charge(progress: Progress, bytes: number): void {
    progress.cost += bytes;
    this.#counters.reassemblyBytes += bytes;
  }
}

/** Overlaps a part that is held, or disagrees about where the datagram ends. */
function contradicts(
  { parts, progress }: Datagram & { kind: "collecting" },
  part: { readonly start: number; readonly end: number },
  index: number,
  moreFragments: boolean,
): boolean {
  const before = parts[index - 1];
  const after = parts[index];
  if (before !== undefined && before.end > part.start) return true;
  if (after !== undefined && after.start < part.end) return true;
  if (progress.total !== undefined) return !moreFragments || part.end > progress.total;
  return !moreFragments && (parts.at(-1)?.end ?? 0) > part.end;
}

/** The index of the first part that starts at or after `start`. */
function insertionPoint(parts: readonly Part[], start: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function join(parts: readonly Part[], length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (const part of parts) data.set(part.data, part.start);
  return data;
}
