import { parseIp } from "../base/ip-address.ts";
import { KEY_LENGTH } from "../crypto/x25519.ts";

/** The values of wg-quick files: each function reads one kind and gives undefined for what is none. */

const LARGEST_PORT = 65_535;
/** A host name's longest form (RFC 1035 section 3.1). */
const LONGEST_NAME = 253;

/** A key of 32 bytes in base64. The last character carries four bits only, so a file has one spelling for each key. */
export function parseKey(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** Never repeats the value: it may be a private key with a typing error. */
export function keyComplaint(key: string, value: string): string {
  if (value === "") return `${key} is still to be given`;
  return `${key} must be a key of ${KEY_LENGTH} bytes in base64 (44 characters)`;
}

export function parseEndpoint(text: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, portText = ""] = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d+)$/.exec(text) ?? [];
  const port = parseNumber(portText, 1, LARGEST_PORT);
  if (port === undefined) return undefined;
  if (bracketed !== undefined) {
    const [address = "", zone] = bracketed.split("%");
    return parseIp(address)?.version === 6 && zone !== "" ? { host: bracketed, port } : undefined;
  }
  if (plain === undefined) return undefined;
  const looksNumeric = /^[\d.]+$/.test(plain);
  return (looksNumeric ? parseIp(plain) !== undefined : isHostName(plain)) ? { host: plain, port } : undefined;
}

/** What is wrong with an endpoint that `parseEndpoint` refuses. */
export function endpointComplaint(text: string): string {
  const [, scheme] = /^([a-z]{1,8}:\/\/)/i.exec(text) ?? [];
  if (scheme !== undefined) return `Endpoint is host:port; leave out "${scheme}"`;
  if (parseIp(text)?.version === 6 || parseIp(text.replace(/:\d+$/, ""))?.version === 6)
    return "the IPv6 address of Endpoint must stand in brackets: [address]:port";
  if (parseEndpoint(`${text}:1`) !== undefined) return "Endpoint lacks its port, as in host:51820";
  const port = text.lastIndexOf(":");
  if (port > 0 && parseEndpoint(`${text.slice(0, port)}:1`) !== undefined)
    return `the port of Endpoint must be a number from 1 to ${LARGEST_PORT}`;
  return "Endpoint must be host:port or [IPv6 address]:port";
}

export function isHostName(text: string): boolean {
  return text.length <= LONGEST_NAME && /^(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?$/.test(text);
}

export function parseNumber(text: string, least: number, most: number): number | undefined {
  if (!/^\d{1,9}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** A key in base64, also one of which a character is missing or too many, wherever it was typed. */
const LIKE_A_KEY = /[A-Za-z0-9+/]{42,}={0,2}/g;

/** Text of the file in an error message: short, on one line, and without anything that may be a key. */
export function quote(text: string): string {
  const shown = text.replace(LIKE_A_KEY, "…");
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
}

/**
 * What may stand before "=". base64 ends in "=" too: with another sign, or none, after the name, the first "=" of a line is
 * its key's last character, and what stands before it must be neither taken for a name nor repeated.
 */
export function isKeyName(text: string): boolean {
  return /^[A-Za-z]\w{0,31}$/.test(text);
}

/** Controls but for the tab, and what ends a line or turns its direction: it is not seen, or hides what is. */
const UNSEEN = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, "");
}

/** Its code point, as "U+202E"; "" where the text has none. */
export function firstUnseen(text: string): string {
  const code = text.match(UNSEEN)?.[0]?.codePointAt(0);
  return code === undefined ? "" : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

export function keyToText(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}

/** The one of `keys` that `text` is most likely a misspelling of: two letters off, or one where it is short. */
export function misspelt(text: string, keys: readonly string[]): string | undefined {
  const most = text.length > 4 ? 2 : 1;
  return keys.find(
    (key) => Math.abs(key.length - text.length) <= most && editDistance(text.toLowerCase(), key.toLowerCase()) <= most,
  );
}

/** Letters added, left out, changed, or two neighbours swapped (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before![j - 2]! + 1 : Infinity;
      row.push(Math.min(last![j]! + 1, row[j - 1]! + 1, change, swap));
    }
    [before, last] = [last, row];
  }
  return last![b.length]!;
}
