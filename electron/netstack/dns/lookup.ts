/** The addresses of a name: both families asked at once, RFC 8305 sections 3 and 4. */
import type { IpAddress } from "../../base/ip-address.ts";
import type { DnsRecord } from "./message.ts";
import type { DnsFailure, DnsLookup, DnsRequest, DnsResult } from "./result.ts";

/** Our tuning: with addresses of one family at hand, this long is waited for the other's. */
export const GRACE_MS = 250;

export type Ask = (type: "AAAA" | "A", done: (result: DnsResult, now: number) => void) => DnsRequest;

export class Lookup implements DnsRequest {
  readonly #lanes: { readonly request: DnsRequest; result: DnsResult | undefined }[] = [];
  readonly #done: (result: DnsLookup) => void;
  #graceEndsAt = Number.POSITIVE_INFINITY;
  #finished = false;

  /** `types` in order of preference, not empty. `ask` must not answer from within its call. */
  constructor(types: readonly ("AAAA" | "A")[], ask: Ask, done: (result: DnsLookup) => void) {
    this.#done = done;
    types.forEach((type, index) => {
      this.#lanes.push({ request: ask(type, (result, now) => this.#answer(index, result, now)), result: undefined });
    });
  }

  get finished(): boolean {
    return this.#finished;
  }

  nextDeadline(): number {
    return this.#finished ? Number.POSITIVE_INFINITY : this.#graceEndsAt;
  }

  tick(now: number): void {
    if (!this.#finished && now >= this.#graceEndsAt) this.#finish();
  }

  cancel(): void {
    this.#finished = true;
    for (const { request } of this.#lanes) request.cancel();
  }

  #answer(index: number, result: DnsResult, now: number): void {
    if (this.#finished) return;
    this.#lanes[index]!.result = result;
    if (this.#lanes.every((lane) => lane.result !== undefined)) this.#finish();
    else if (result.ok) this.#graceEndsAt = now + GRACE_MS;
  }

  #finish(): void {
    this.cancel();
    const results = this.#lanes.flatMap((lane) => lane.result ?? []);
    const addresses = results.flatMap((result) => (result.ok ? result.records.flatMap(addressOf) : []));
    this.#done(addresses.length > 0 ? { ok: true, addresses } : worstOf(results));
  }
}

function addressOf(record: DnsRecord): IpAddress[] {
  return record.type === "A" || record.type === "AAAA" ? [record.address] : [];
}

/** That a server could not say outweighs that the other family has no address: a new attempt may succeed. */
function worstOf(results: readonly DnsResult[]): DnsFailure {
  const failures = results.flatMap((result) => (result.ok ? [] : result));
  return (
    failures.find((failure) => failure.code !== "name-not-found") ??
    failures[0] ?? { ok: false, code: "host-unreachable", detail: "the tunnel has no address" }
  );
}
