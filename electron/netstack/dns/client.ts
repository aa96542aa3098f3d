import type { IpAddress } from "../../base/ip-address.ts";
import type { ErrorCode } from "../error-code.ts";
import type { Stack } from "../stack.ts";
import type { DnsRecord, DnsType } from "./message.ts";

export interface DnsClientOptions {
  readonly stack: Stack;
  /** Asked in this order, port 53. */
  readonly servers: readonly IpAddress[];
  /** Tried for names without a dot, in this order, before the name itself. */
  readonly searchDomains?: readonly string[];
  /** Ask over TCP only, as where UDP is filtered. */
  readonly tcpOnly?: boolean;
  random(length: number): Uint8Array;
  /** Where the stack's own onWake does not reach the timer's owner. */
  onWake?(): void;
}

/** Records of the asked type only (the CNAME chain is followed and left out); never empty when `ok`. */
export type DnsResult =
  | { readonly ok: true; readonly records: readonly DnsRecord[] }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

export type DnsLookup =
  | { readonly ok: true; readonly addresses: readonly IpAddress[] }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

export interface DnsRequest {
  /** `done` is not called any more. */
  cancel(): void;
}

/** A stub resolver as a `Core`. */
export declare class DnsClient {
  constructor(options: DnsClientOptions);
  /** `done` is called exactly once, never from within this call. Codes: name-not-found, dns-timeout, dns-failed. */
  resolve(name: string, type: DnsType, now: number, done: (result: DnsResult) => void): DnsRequest;
  /** IPv6 addresses first, then IPv4; a literal address is its own answer. */
  lookup(name: string, now: number, done: (result: DnsLookup) => void): DnsRequest;
  /** Forgets every answer: call it when the tunnel changes. */
  flush(): void;
  endTurn(now: number): void;
  tick(now: number): void;
  nextDeadline(): number;
  dispose(): void;
}
