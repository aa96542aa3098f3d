import type { IpAddress } from "../../base/ip-address.ts";

export type DnsType = "A" | "AAAA" | "CNAME" | "PTR" | "TXT";

/** One resource record of class IN. `ttl` in seconds. Names are lower-case, without a final dot. */
export type DnsRecord =
  | { readonly type: "A" | "AAAA"; readonly name: string; readonly ttl: number; readonly address: IpAddress }
  | { readonly type: "CNAME" | "PTR"; readonly name: string; readonly ttl: number; readonly target: string }
  /** The character-strings in order, bytes as sent; `txtText` joins them. */
  | { readonly type: "TXT"; readonly name: string; readonly ttl: number; readonly strings: readonly Uint8Array[] };

/** A query as a server sees it. `type` is undefined for a type that this codec does not know. */
export interface DnsQuery {
  readonly id: number;
  readonly name: string;
  readonly type: DnsType | undefined;
  readonly recursionDesired: boolean;
  /** Most bytes a UDP answer may have: 512, or what EDNS(0) says (RFC 6891 section 6.2.3). */
  readonly payloadSize: number;
}

export type DnsRcode = "NOERROR" | "FORMERR" | "SERVFAIL" | "NXDOMAIN" | "NOTIMP" | "REFUSED";

export interface DnsAnswer {
  readonly rcode: DnsRcode;
  readonly records: readonly DnsRecord[];
  /** For negative answers: seconds that "no such name" or "no such record" holds (RFC 2308), sent as an SOA. */
  readonly negativeTtl?: number;
}
