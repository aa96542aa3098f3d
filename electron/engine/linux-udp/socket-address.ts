import { networkInterfaces } from "node:os";
import { ipFromBytes } from "../../base/ip-address.ts";

/** struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)), in the byte order of the machine but for what is written big-endian. */

export const AF_INET = 2;
export const AF_INET6 = 10;
/** Room for either, and a whole number of words. */
export const ADDRESS_ROOM = 32;
const LENGTH = { 4: 16, 6: 28 } as const;

/** How many words tell addresses apart: family and port, then address and scope; what is behind them may be anything. */
export function wordsOf(firstWord: number): number {
  return (firstWord & 0xffff) === AF_INET ? 2 : 7;
}

/** Writes the address of 4 or 16 bytes at `at`; returns its length. */
export function writeAddress(view: DataView<ArrayBuffer>, at: number, address: Uint8Array, port: number): number {
  const isFour = address.length === 4;
  new Uint8Array(view.buffer, at, ADDRESS_ROOM).fill(0);
  view.setUint16(at, isFour ? AF_INET : AF_INET6, true);
  view.setUint16(at + 2, port);
  new Uint8Array(view.buffer).set(address, at + (isFour ? 4 : 8));
  return LENGTH[isFour ? 4 : 6];
}

/**
 * The address at `at` as Node writes it, with the zone of a link-local one. (Node writes the last 32 bits of ::/96 in decimals; nobody
 * sends from there.)
 */
export function readAddress(view: DataView<ArrayBuffer>, at: number): { address: string; port: number } {
  const port = view.getUint16(at + 2);
  if (view.getUint16(at, true) === AF_INET)
    return { address: ipFromBytes(new Uint8Array(view.buffer, at + 4, 4)).text, port };
  const text = ipFromBytes(new Uint8Array(view.buffer, at + 8, 16)).text;
  const scope = view.getUint32(at + 24, true);
  return { address: scope === 0 ? text : `${text}%${interfaceName(scope)}`, port };
}

const MOST_NAMES = 256;
/** Looked up once each: a look costs as much as twenty datagrams, and an interface keeps its number as long as it lives. */
const names = new Map<number, string>();

function interfaceName(scope: number): string {
  const known = names.get(scope);
  if (known !== undefined) return known;
  if (names.size >= MOST_NAMES) names.clear();
  const found = Object.entries(networkInterfaces()).find(([, places]) =>
    places?.some((place) => place.family === "IPv6" && place.scopeid === scope),
  );
  const name = found?.[0] ?? String(scope);
  names.set(scope, name);
  return name;
}
