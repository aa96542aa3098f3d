/** Domain names as text: lower-case ASCII, labels joined by dots, no dot at the end (RFC 1035 section 2.3, RFC 4343). */
import type { IpAddress } from "../../base/ip-address.ts";

const MOST_LABEL = 63;
/** 255 bytes on the wire (RFC 1035 section 2.3.4) are 253 characters: the root's length and the first one's are extra. */
const MOST_NAME = 253;

/** The name in its one form, or undefined when it cannot be asked for. Underscores and other marks are names, too. */
export function normalizeName(text: string): string | undefined {
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (name.length === 0 || name.length > MOST_NAME || !/^[!-~]+$/.test(name)) return undefined;
  return name.split(".").every((label) => label.length > 0 && label.length <= MOST_LABEL) ? name : undefined;
}

/** The name whose PTR record tells an address's name (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: IpAddress): string {
  const parts =
    address.version === 4
      ? Array.from(address.bytes, String)
      : Array.from(address.bytes, (byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)]).flat();
  return `${parts.reverse().join(".")}.${address.version === 4 ? "in-addr" : "ip6"}.arpa`;
}
