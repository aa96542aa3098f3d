/** A stub resolver: RFC 1034 section 5.3.1, RFC 1123 section 6.1. */
import { type IpAddress, parseIp } from "../../base/ip-address.ts";
import type { Stack } from "../stack.ts";
import { DnsCache } from "./cache.ts";
import { TOTAL_MS } from "./exchange.ts";
import { Lookup } from "./lookup.ts";
import type { DnsType } from "./message.ts";
import { normalizeName } from "./names.ts";
import { Resolution } from "./resolution.ts";
import type { DnsFailure, DnsLookup, DnsRequest, DnsResult } from "./result.ts";

export type { DnsLookup, DnsRequest, DnsResult } from "./result.ts";

export interface DnsClientOptions {
  readonly stack: Stack;
  /** Asked in this order, port 53. */
  readonly servers: readonly IpAddress[];
  /** Tried in this order: before the name itself when it has no dot, after it otherwise. */
  readonly searchDomains?: readonly string[];
  /** Ask over TCP only, as where UDP is filtered. */
  readonly tcpOnly?: boolean;
  random(length: number): Uint8Array;
}

/** One call of `resolve`: names to try in order, the first that exists wins. */
interface Request {
  readonly asked: string;
  readonly names: readonly string[];
  readonly type: DnsType;
  readonly startedAt: number;
  index: number;
  cancelled: boolean;
  readonly done: (result: DnsResult, now: number) => void;
}

interface Running {
  readonly resolution: Resolution;
  readonly waiting: Set<Request>;
}

/** A `Core` (engine/core-loop.ts) beside the stack that it sends through. Callbacks come from `endTurn`, `tick` and `dispose`. */
export class DnsClient {
  readonly #options: DnsClientOptions;
  readonly #cache = new DnsCache();
  /** By name and type: equal questions share one resolution. */
  readonly #running = new Map<string, Running>();
  readonly #lookups = new Set<Lookup>();
  #ready: ((now: number) => void)[] = [];
  /** The latest time that anybody told us. */
  #now = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(options: DnsClientOptions) {
    this.#options = options;
  }

  /** `done` is called exactly once, never from within this call. Codes: name-not-found, dns-timeout, dns-failed. */
  resolve(name: string, type: DnsType, now: number, done: (result: DnsResult) => void): DnsRequest {
    return this.#resolve(name, type, now, done);
  }

  /**
   * IPv6 addresses first, then IPv4, and only families that the stack has an address of. A literal address is its own
   * answer.
   */
  lookup(name: string, now: number, done: (result: DnsLookup) => void): DnsRequest {
    const literal = parseIp(name);
    if (literal !== undefined) return this.#tell(done, { ok: true, addresses: [literal] });
    const has = (version: 4 | 6): boolean => this.#options.stack.addresses.some((a) => a.version === version);
    const types = [...(has(6) ? (["AAAA"] as const) : []), ...(has(4) ? (["A"] as const) : [])];
    if (types.length === 0)
      return this.#tell(done, { ok: false, code: "host-unreachable", detail: "the tunnel has no address" });
    const lookup = new Lookup(types, (type, answer) => this.#resolve(name, type, now, answer), done);
    this.#lookups.add(lookup);
    return lookup;
  }

  /** Forgets every answer: call it when the tunnel changes. */
  flush(): void {
    this.#cache.clear();
  }

  endTurn(now: number): void {
    this.#fireDue(now);
    const ready = this.#ready;
    if (ready.length > 0) {
      this.#ready = [];
      for (const call of ready) call(now);
    }
    for (const lookup of this.#lookups) if (lookup.finished) this.#lookups.delete(lookup);
  }

  tick(now: number): void {
    this.#fireDue(now);
  }

  nextDeadline(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { resolution } of this.#running.values()) earliest = Math.min(earliest, resolution.nextDeadline());
    for (const lookup of this.#lookups) earliest = Math.min(earliest, lookup.nextDeadline());
    return earliest;
  }

  /** Every request that waits is answered with "cancelled" at once. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const now = this.#now;
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const { resolution, waiting } of running) {
      resolution.dispose(now);
      for (const request of waiting) this.#settle(request, cancelled(request));
    }
    const ready = this.#ready;
    this.#ready = [];
    for (const call of ready) call(now);
    for (const lookup of this.#lookups) lookup.cancel();
    this.#lookups.clear();
  }

  #resolve(name: string, type: DnsType, now: number, done: (result: DnsResult, now: number) => void): DnsRequest {
    this.#now = now;
    const names = this.#candidates(name);
    const request: Request = { asked: name, names, type, startedAt: now, index: 0, cancelled: false, done };
    if (this.#disposed) this.#settle(request, cancelled(request));
    else if (request.names.length === 0) this.#settle(request, { ok: false, code: "name-not-found", detail: name });
    else this.#ask(request, now);
    return { cancel: () => this.#cancel(request) };
  }

  /** Section 6.1.4.3 of RFC 1123, with the usual rule that one dot makes a name likely to be complete. */
  #candidates(name: string): readonly string[] {
    const plain = normalizeName(name);
    if (plain === undefined) return [];
    if (name.endsWith(".")) return [plain];
    const searched = (this.#options.searchDomains ?? []).flatMap((domain) => normalizeName(`${plain}.${domain}`) ?? []);
    return plain.includes(".") ? [plain, ...searched] : [...searched, plain];
  }

  #ask(request: Request, now: number): void {
    const name = request.names[request.index]!;
    const key = `${request.type} ${name}`;
    const known = this.#cache.get(key, now) ?? this.#cache.get(anyType(name), now);
    if (known !== undefined) {
      this.#answer(request, known, now);
      return;
    }
    const running = this.#running.get(key) ?? this.#start(key, name, request.type, now);
    running.waiting.add(request);
    this.#options.stack.wake();
  }

  #start(key: string, name: string, type: DnsType, now: number): Running {
    const { stack, servers, tcpOnly = false } = this.#options;
    const random = (length: number): Uint8Array => this.#options.random(length);
    const waiting = new Set<Request>();
    const resolution = new Resolution(
      { stack, servers, tcpOnly, random, name, type },
      now,
      (result, ttl, at, scope) => {
        this.#running.delete(key);
        this.#cache.set(scope === "name" ? anyType(name) : key, result, ttl, at);
        for (const request of waiting) this.#answer(request, result, at);
      },
    );
    const running = { resolution, waiting };
    this.#running.set(key, running);
    return running;
  }

  #answer(request: Request, result: DnsResult, now: number): void {
    if (!isMissing(result) || request.cancelled || request.index + 1 >= request.names.length) {
      this.#settle(request, result);
    } else if (now - request.startedAt >= TOTAL_MS) {
      const detail = `${request.asked}: the search domains take too long`;
      this.#settle(request, { ok: false, code: "dns-timeout", detail });
    } else {
      request.index++;
      this.#ask(request, now);
    }
  }

  #settle(request: Request, result: DnsResult): void {
    // The name that the user typed, not the last one of a search list.
    const told = isMissing(result) ? { ...result, detail: request.asked } : result;
    this.#soon((now) => {
      if (!request.cancelled) request.done(told, now);
    });
  }

  #tell(done: (result: DnsLookup) => void, result: DnsLookup): DnsRequest {
    let wanted = true;
    this.#soon(() => {
      if (wanted) done(result);
    });
    return {
      cancel: () => {
        wanted = false;
      },
    };
  }

  #soon(call: (now: number) => void): void {
    this.#ready.push(call);
    this.#options.stack.wake();
  }

  #cancel(request: Request): void {
    request.cancelled = true;
    for (const [key, { resolution, waiting }] of this.#running) {
      if (!waiting.delete(request) || waiting.size > 0) continue;
      resolution.dispose(this.#now);
      this.#running.delete(key);
    }
  }

  #fireDue(now: number): void {
    this.#now = now;
    for (const { resolution } of this.#running.values()) if (resolution.nextDeadline() <= now) resolution.tick(now);
    for (const lookup of this.#lookups) lookup.tick(now);
  }
}

/** Key of a name that does not exist, whatever the type. */
function anyType(name: string): string {
  return `* ${name}`;
}

function isMissing(result: DnsResult): result is DnsFailure {
  return !result.ok && result.code === "name-not-found";
}

function cancelled(request: Request): DnsResult {
  return { ok: false, code: "cancelled", detail: request.asked };
}
