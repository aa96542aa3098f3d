/**
 * Path MTUs by destination: RFC 8201 and RFC 1191. Only `lower` writes here, and its callers have checked that the
 * message quotes a live flow of ours.
 */
import type { IpAddress } from "../base/ip-address.ts";
import { IPV6_MIN_MTU } from "./wire/ipv6.ts";

/** RFC 8201 section 4: after ten minutes the path may have changed. */
const EXPIRY_MS = 600_000;

/** Our tuning. Below this an IPv4 path gets fragments instead of ever smaller segments, as with Linux's min_pmtu. */
export const IPV4_FLOOR = 552;
const MOST_PATHS = 256;

/** RFC 1191 section 7.1, for routers that do not say which size would have fitted. */
const PLATEAUS = [32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006, 508, 296, 68] as const;

interface Path {
  readonly mtu: number;
  readonly expires: number;
  /** The true MTU lies below our floor: packets go without "don't fragment". */
  readonly fragmentable: boolean;
}

export class PathMtuCache {
  readonly #linkMtu: number;
  readonly #paths = new Map<string, Path>();

  constructor(linkMtu: number) {
    this.#linkMtu = linkMtu;
  }

  get(remote: IpAddress, now: number): number {
    return this.#find(remote, now)?.mtu ?? this.#linkMtu;
  }

  /** Routers on the way to this IPv4 destination have to fragment what we send. */
  isFragmentable(remote: IpAddress, now: number): boolean {
    return this.#find(remote, now)?.fragmentable ?? false;
  }

  /** Takes over a smaller MTU, from `usableMtu`. Never raises one. */
  lower(remote: IpAddress, mtu: number, fragmentable: boolean, now: number): void {
    if (mtu > this.get(remote, now) || (mtu === this.#linkMtu && !fragmentable)) return;
    this.#paths.delete(remote.text);
    if (this.#paths.size >= MOST_PATHS) {
      const oldest = this.#paths.keys().next();
      if (oldest.done !== true) this.#paths.delete(oldest.value);
    }
    this.#paths.set(remote.text, { mtu, expires: now + EXPIRY_MS, fragmentable });
  }

  #find(remote: IpAddress, now: number): Path | undefined {
    if (this.#paths.size === 0) return undefined;
    const path = this.#paths.get(remote.text);
    if (path === undefined || now < path.expires) return path;
    this.#paths.delete(remote.text);
    return undefined;
  }
}

/**
 * What to make of a size that a router asks for: undefined when the message is to be ignored.
 * `quotedLength` is the total length of the IPv4 packet that did not fit.
 */
export function usableMtu(
  version: 4 | 6,
  claimed: number,
  quotedLength: number,
): { readonly mtu: number; readonly fragmentable: boolean } | undefined {
  // RFC 8201 section 4: a Packet Too Big below the IPv6 minimum is discarded.
  if (version === 6) return claimed < IPV6_MIN_MTU ? undefined : { mtu: claimed, fragmentable: false };
  const mtu = claimed >= 68 ? claimed : (PLATEAUS.find((p) => p < quotedLength) ?? 68);
  return { mtu: Math.max(mtu, IPV4_FLOOR), fragmentable: mtu < IPV4_FLOOR };
}
