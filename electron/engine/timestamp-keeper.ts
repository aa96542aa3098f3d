import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";
import { publicKeyOf } from "../crypto/x25519.ts";
import { isTimestamp } from "../wireguard/tai64n.ts";
import { JsonDocument } from "./json-document.ts";
import type { Texts } from "./store.ts";

/** By public key in base64, the last used at the end: the label in base64. Neither is a secret. */
const labels = z.record(z.string(), z.string());

/** More keys than anybody uses on one computer; the one unused for longest is forgotten. */
const MOST_KEYS = 64;
const WRITE_INTERVAL_MS = 60_000;
/** A disk that is slower than this at shutdown keeps the time of some handshakes ago. */
const LONGEST_SETTLE_MS = 1_000;

/** What a tunnel wants of it. */
export interface Timestamps {
  last(privateKey: Uint8Array): Promise<Uint8Array | undefined>;
  note(privateKey: Uint8Array, label: Uint8Array): void;
}

/**
 * The greatest TAI64N label sent with each private key, kept over restarts: a gateway refuses all that is not later, so a
 * wall clock that was set back between two runs would lock us out until it has caught up (W44). Written at most once a
 * minute and at the end; whatever fails here costs nothing but that protection.
 */
export class TimestampKeeper implements Timestamps, Disposable {
  readonly #clock: Clock;
  readonly #document: JsonDocument<Record<string, string>>;
  readonly #unwritten = new Map<string, string>();
  #writtenAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, clock }: { store: Texts; clock: Clock }) {
    this.#clock = clock;
    this.#document = new JsonDocument(store, "handshake-times", labels, {});
  }

  async last(privateKey: Uint8Array): Promise<Uint8Array | undefined> {
    const key = keyOf(privateKey);
    try {
      const text = this.#unwritten.get(key) ?? (await this.#document.get())[key];
      const label = text === undefined ? undefined : Uint8Array.from(Buffer.from(text, "base64"));
      return label !== undefined && isTimestamp(label) ? label : undefined;
    } catch {
      return undefined;
    }
  }

  note(privateKey: Uint8Array, label: Uint8Array): void {
    const key = keyOf(privateKey);
    this.#unwritten.delete(key); // the last used stands last
    this.#unwritten.set(key, Buffer.from(label).toString("base64"));
    if (this.#timer !== undefined) return;
    const wait = this.#writtenAt + WRITE_INTERVAL_MS - this.#clock.now();
    if (wait <= 0) this.#flush();
    else {
      this.#timer = setTimeout(() => this.#flush(), wait);
      this.#timer.unref();
    }
  }

  /** Writes what is left and waits for the disk, but no longer than a moment: it is a protection, not a promise. */
  async settle(): Promise<void> {
    this.#flush();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_SETTLE_MS);
    });
    await Promise.race([this.#writing, late]);
    clearTimeout(timer);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unwritten.size === 0) return;
    this.#writtenAt = this.#clock.now();
    const fresh = Object.fromEntries(this.#unwritten);
    this.#unwritten.clear();
    const merged = (known: Record<string, string>): Record<string, string> => {
      const kept = Object.entries(known).filter(([key]) => fresh[key] === undefined);
      return Object.fromEntries([...kept, ...Object.entries(fresh)].slice(-MOST_KEYS));
    };
    // The document makes its changes one after the other: this one settles last. The store may refuse.
    this.#writing = this.#document.update(merged).catch(() => undefined);
  }

  /** Writes what is left; `settle` first waits for it. */
  dispose(): void {
    this.#flush();
  }
}

/** Its public key in base64, which names it. */
export function keyOf(privateKey: Uint8Array): string {
  return Buffer.from(publicKeyOf(privateKey)).toString("base64");
}
