/** One name and type resolved: exchanges along a chain of aliases (RFC 1034 section 3.6.2), and how long the result holds. */
import { Exchange, type ExchangeOptions, type ExchangeResult, TOTAL_MS } from "./exchange.ts";
import { type DnsRecord, type DnsResponse, type DnsType, RCODES } from "./message.ts";
import type { DnsFailure, DnsResult } from "./result.ts";

const MOST_ALIASES = 8;

/**
 * `ttl` in seconds; 0 is not to be kept. `scope` says what a failure is about: this type, or the name itself, which then
 * has no record of any type (RFC 2308 section 5). Called once, never from the constructor.
 */
export type ResolutionDone = (result: DnsResult, ttl: number, now: number, scope: "type" | "name") => void;

export class Resolution {
  readonly #options: Omit<ExchangeOptions, "name" | "onDone">;
  readonly #asked: string;
  readonly #done: ResolutionDone;
  readonly #endsAt: number;
  readonly #aliases = new Set<string>();
  /** The least TTL of the aliases followed so far. */
  #ttl = Number.POSITIVE_INFINITY;
  #exchange: Exchange;

  constructor(options: Omit<ExchangeOptions, "onDone">, now: number, done: ResolutionDone) {
    this.#options = options;
    this.#asked = options.name;
    this.#done = done;
    // One for the whole chain: a server that is slow at each alias would hold the caller as many times as long.
    this.#endsAt = now + TOTAL_MS;
    this.#exchange = this.#ask(options.name, now);
  }

  tick(now: number): void {
    this.#exchange.tick(now);
  }

  nextDeadline(): number {
    return this.#exchange.nextDeadline();
  }

  dispose(now: number): void {
    this.#exchange.dispose(now);
  }

  #ask(name: string, now: number): Exchange {
    this.#aliases.add(name);
    const onDone = (result: ExchangeResult, at: number): void => {
      if (result.kind === "answer") this.#read(name, result.response, at);
      else this.#done(failure(this.#asked, result), 0, at, "type");
    };
    return new Exchange({ ...this.#options, name, endsAt: this.#endsAt, onDone }, now);
  }

  #read(asked: string, response: DnsResponse, now: number): void {
    const { type } = this.#options;
    let name = asked;
    let records = recordsOf(response, name, type);
    while (records.length === 0) {
      const alias = response.records.find((r) => r.type === "CNAME" && r.name === name);
      if (alias?.type !== "CNAME") break;
      this.#ttl = Math.min(this.#ttl, alias.ttl);
      name = alias.target;
      if (this.#aliases.has(name) || this.#aliases.size > MOST_ALIASES) {
        const detail = `${this.#asked} is an alias of an alias without end`;
        this.#done({ ok: false, code: "dns-failed", detail }, 0, now, "type");
        return;
      }
      this.#aliases.add(name);
      records = recordsOf(response, name, type);
    }
    if (records.length > 0) {
      const ttl = records.reduce((least, record) => Math.min(least, record.ttl), this.#ttl);
      this.#done({ ok: true, records }, ttl, now, "type");
    } else if (name !== asked && response.rcode === RCODES.NOERROR && response.negativeTtl === undefined) {
      // An authoritative server knows only its own zones: the alias leads out of them.
      this.#exchange = this.#ask(name, now);
      this.#exchange.tick(now);
    } else {
      const ttl = Math.min(this.#ttl, response.negativeTtl ?? 0);
      // Behind an alias it is the target that does not exist (RFC 2308 section 2.1).
      const scope = response.rcode === RCODES.NXDOMAIN && name === this.#asked ? "name" : "type";
      this.#done({ ok: false, code: "name-not-found", detail: this.#asked }, ttl, now, scope);
    }
  }
}

/** Records of the type under that name, each once, in the server's order. */
function recordsOf(response: DnsResponse, name: string, type: DnsType): DnsRecord[] {
  return response.records.filter((record) => record.name === name && record.type === type);
}

/** A server that failed may do better soon; one that refuses, or does not understand, stays so (RFC 1035 section 4.1.1). */
function failure(asked: string, { code, detail, refusal }: ExchangeResult & { kind: "failed" }): DnsFailure {
  const rcode = refusal?.response.rcode ?? RCODES.SERVFAIL;
  if (code === "dns-timeout" || refusal === undefined || rcode === RCODES.SERVFAIL)
    return { ok: false, code, detail: `${asked}: ${detail}` };
  const name = Object.entries(RCODES).find(([, known]) => known === rcode)?.[0] ?? `RCODE${rcode}`;
  return { ok: false, code: "dns-refused", detail: `${asked}: ${refusal.server.text} says ${name}` };
}
