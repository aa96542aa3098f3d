import type { IpPrefix } from "../base/ip-address.ts";

/**
 * Cryptokey routing (WireGuard paper section 2): prefixes to owners, the longest that matches wins. Two path-compressed
 * binary tries, one for each IP version; a prefix has one owner at a time.
 */

interface Node<T> {
  readonly bits: Uint8Array;
  readonly length: number;
  /** Undefined for a mere fork. */
  readonly entry: { readonly prefix: IpPrefix; readonly owner: T } | undefined;
  readonly zero: Node<T> | undefined;
  readonly one: Node<T> | undefined;
}

export class AllowedIps<T> {
  #v4: Node<T> | undefined;
  #v6: Node<T> | undefined;

  /** Gives the prefix to `owner`, whoever held it before (W34). */
  insert(prefix: IpPrefix, owner: T): void {
    this.#update(prefix.address.version, (root) => insert(root, prefix, owner));
  }

  /** Takes exactly this prefix from `owner`; false when it is not the owner's (W34). */
  remove(prefix: IpPrefix, owner: T): boolean {
    let found = false;
    const keep = (entry: NonNullable<Node<T>["entry"]>): boolean => {
      const hit =
        entry.owner === owner &&
        entry.prefix.length === prefix.length &&
        entry.prefix.address.text === prefix.address.text;
      found ||= hit;
      return !hit;
    };
    this.#update(prefix.address.version, (root) => filter(root, keep));
    return found;
  }

  removeOwner(owner: T): void {
    const keep = (entry: NonNullable<Node<T>["entry"]>): boolean => entry.owner !== owner;
    this.#v4 = filter(this.#v4, keep);
    this.#v6 = filter(this.#v6, keep);
  }

  /** The owner of the address that stands at `at` in `bytes`: 4 bytes for version 4, 16 for 6. */
  lookup(version: 4 | 6, bytes: Uint8Array, at: number): T | undefined {
    const most = version === 4 ? 32 : 128;
    let best: T | undefined;
    let node = version === 4 ? this.#v4 : this.#v6;
    while (node !== undefined && commonBits(node.bits, bytes, at, node.length) === node.length) {
      if (node.entry !== undefined) best = node.entry.owner;
      if (node.length === most) break;
      node = bitAt(bytes, at, node.length) === 0 ? node.zero : node.one;
    }
    return best;
  }

  prefixesOf(owner: T): IpPrefix[] {
    const out: IpPrefix[] = [];
    const walk = (node: Node<T> | undefined): void => {
      if (node === undefined) return;
      if (node.entry?.owner === owner) out.push(node.entry.prefix);
      walk(node.zero);
      walk(node.one);
    };
    walk(this.#v4);
    walk(this.#v6);
    return out;
  }

  #update(version: 4 | 6, change: (root: Node<T> | undefined) => Node<T> | undefined): void {
    if (version === 4) this.#v4 = change(this.#v4);
    else this.#v6 = change(this.#v6);
  }
}

function bitAt(bytes: Uint8Array, at: number, bit: number): number {
  return (bytes[at + (bit >>> 3)]! >>> (7 - (bit & 7))) & 1;
}

/** How many leading bits `a` has in common with the bytes at `at` of `b`, `limit` at most. */
function commonBits(a: Uint8Array, b: Uint8Array, at: number, limit: number): number {
  for (let i = 0; i * 8 < limit; i++) {
    const difference = a[i]! ^ b[at + i]!;
    if (difference !== 0) return Math.min(limit, i * 8 + Math.clz32(difference) - 24);
  }
  return limit;
}

function insert<T>(node: Node<T> | undefined, prefix: IpPrefix, owner: T): Node<T> {
  const bits = prefix.address.bytes;
  const { length } = prefix;
  const leaf: Node<T> = { bits, length, entry: { prefix, owner }, zero: undefined, one: undefined };
  if (node === undefined) return leaf;
  const common = commonBits(node.bits, bits, 0, Math.min(node.length, length));
  if (common === node.length && common === length) return { ...node, entry: leaf.entry };
  if (common === node.length) {
    return bitAt(bits, 0, common) === 0
      ? { ...node, zero: insert(node.zero, prefix, owner) }
      : { ...node, one: insert(node.one, prefix, owner) };
  }
  const nodeSide = bitAt(node.bits, 0, common) === 0 ? { zero: node, one: undefined } : { zero: undefined, one: node };
  if (common === length) return { ...leaf, ...nodeSide };
  return { bits, length: common, entry: undefined, zero: nodeSide.zero ?? leaf, one: nodeSide.one ?? leaf };
}

/** The trie without the entries that `keep` refuses; forks that lost their reason go too. */
function filter<T>(
  node: Node<T> | undefined,
  keep: (entry: NonNullable<Node<T>["entry"]>) => boolean,
): Node<T> | undefined {
  if (node === undefined) return undefined;
  const zero = filter(node.zero, keep);
  const one = filter(node.one, keep);
  const entry = node.entry !== undefined && keep(node.entry) ? node.entry : undefined;
  if (entry === undefined && (zero === undefined || one === undefined)) return zero ?? one;
  return { ...node, entry, zero, one };
}
