import { z } from "zod";

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();
/** RFC 1123 section 2.1, and the underscore that names in private networks have. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
/** RFC 1035 section 2.3.4: 255 bytes on the wire, of which the first length and the root are not written. */
const MOST_NAME = 253;

/**
 * Whether a text is a host's name, with or without a dot at its end, or an IPv4 or IPv6 address; the latter may stand in
 * brackets, as in an address with a port. A last label of digits alone is meant for an address (RFC 1123 section 2.1).
 */
export function isHost(text: string): boolean {
  const bare = /^\[(.*)\]$/.exec(text)?.[1];
  if (bare !== undefined) return ipv6.safeParse(bare).success;
  if (ipv4.safeParse(text).success || ipv6.safeParse(text).success) return true;
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  const labels = name.split(".");
  return name.length <= MOST_NAME && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** Who logs in where: what a login that is kept was given for. */
export interface HostPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** An IPv6 address without the brackets that it may be typed in. */
export function bareHost(text: string): string {
  return text.trim().replace(/^\[(.*)\]$/, "$1");
}

/** By letter: of two ways to write one address, neither is asked whether it is the other. */
export function isSamePlace(one: HostPlace, other: HostPlace): boolean {
  return bareHost(one.host) === bareHost(other.host) && one.port === other.port && one.user === other.user;
}

/** "10.0.0.1:80" or "[fdaa::3]:53". */
export function formatHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
