import type { IpAddress } from "../../base/ip-address.ts";
import type { ErrorCode } from "../error-code.ts";
import type { DnsRecord } from "./message.ts";

export interface DnsFailure {
  readonly ok: false;
  /** name-not-found, dns-timeout, dns-failed, dns-refused or cancelled. */
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Records of the asked type only (aliases are followed and left out); never empty when `ok`. */
export type DnsResult = { readonly ok: true; readonly records: readonly DnsRecord[] } | DnsFailure;

/** IPv6 addresses first; never empty when `ok`. */
export type DnsLookup = { readonly ok: true; readonly addresses: readonly IpAddress[] } | DnsFailure;

export interface DnsRequest {
  /** `done` is not called any more. */
  cancel(): void;
}
