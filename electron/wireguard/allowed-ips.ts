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
  /** What each owner has, by the prefix's text: a change of one owner costs what is its own, however large the table is. */
  readonly #owned = new Map<T, Map<string, IpPrefix>>();

  /** Gives the prefix to `owner`, whoever held it before (W34). */
  insert(prefix: IpPrefix, owner: T): void {
    const before = exactNode(this.#root(prefix), prefix)?.entry;
    if (before !== undefined && before.owner !== owner) this.#disown(prefix, before.owner);
    const owned = this.#owned.get(owner) ?? new Map<string, IpPrefix>();
    this.#owned.set(owner, owned.set(textOf(prefix), prefix));
    this.#update(prefix, (root) => insert(root, prefix, owner));
  }

  /** Takes exactly this prefix from `owner`; false when it is not the owner's (W34). */
  remove(prefix: IpPrefix, owner: T): boolean {
    if (!this.#disown(prefix, owner)) return false;
    this.#update(prefix, (root) => remove(root, prefix));
    return true;
  }

  removeOwner(owner: T): void {
    for (const prefix of this.prefixesOf(owner)) this.remove(prefix, owner);
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
    return [...(this.#owned.get(owner)?.values() ?? [])];
  }

  #disown(prefix: IpPrefix, owner: T): boolean {
    const owned = this.#owned.get(owner);
    if (owned?.delete(textOf(prefix)) !== true) return false;
    if (owned.size === 0) this.#owned.delete(owner);
    return true;
  }

  #root({ address }: IpPrefix): Node<T> | undefined {
    return address.version === 4 ? this.#v4 : this.#v6;
  }

  #update(prefix: IpPrefix, change: (root: Node<T> | undefined) => Node<T> | undefined): void {
    const root = change(this.#root(prefix));
    if (prefix.address.version === 4) this.#v4 = root;
    else this.#v6 = root;
  }
}

function textOf({ address, length }: IpPrefix): string {
  return `${address.text}/${length}`;
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

/** The node of exactly this prefix, which may be a mere fork. */
function exactNode<T>(root: Node<T> | undefined, prefix: IpPrefix): Node<T> | undefined {
  let node = root;
  while (node !== undefined && leadsTo(node, prefix)) {
    if (node.length === prefix.length) return node;
    node = bitAt(prefix.address.bytes, 0, node.length) === 0 ? node.zero : node.one;
  }
  return undefined;
}

function leadsTo<T>({ bits, length }: Node<T>, { address, length: most }: IpPrefix): boolean {
  return length <= most && commonBits(bits, address.bytes, 0, length) === length;
}

/** The trie without this prefix's entry; a fork that lost its reason goes too. */
function remove<T>(node: Node<T> | undefined, prefix: IpPrefix): Node<T> | undefined {
  if (node === undefined || !leadsTo(node, prefix)) return node;
  let { entry, zero, one } = node;
  if (node.length === prefix.length) entry = undefined;
  else if (bitAt(prefix.address.bytes, 0, node.length) === 0) zero = remove(zero, prefix);
  else one = remove(one, prefix);
  if (entry === undefined && (zero === undefined || one === undefined)) return zero ?? one;
  return { ...node, entry, zero, one };
}
