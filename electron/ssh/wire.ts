/**
 * The data types of RFC 4251 section 5, as records and keys need them. A reader never throws: what runs past the end reads
 * as empty or zero and leaves `complete` false, so a parser checks once, at its end.
 */
const textDecoder = new TextDecoder("utf-8", { fatal: true });
const textEncoder = new TextEncoder();

export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#failed || this.#at === this.#bytes.length;
  }

  /** All was well-formed and nothing is left over. */
  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  uint32(): number {
    const at = this.#claim(4);
    return at === undefined ? 0 : this.#view.getUint32(at);
  }

  uint64(): bigint {
    const at = this.#claim(8);
    return at === undefined ? 0n : this.#view.getBigUint64(at);
  }

  /** A view into the input, not a copy. */
  string(): Uint8Array {
    const length = this.uint32();
    const at = this.#claim(length);
    return at === undefined ? new Uint8Array(0) : this.#bytes.subarray(at, at + length);
  }

  /** A string that must be UTF-8. */
  text(): string {
    try {
      return textDecoder.decode(this.string());
    } catch {
      this.#failed = true;
      return "";
    }
  }

  #claim(length: number): number | undefined {
    if (this.#failed || length > this.#bytes.length - this.#at) {
      this.#failed = true;
      return undefined;
    }
    this.#at += length;
    return this.#at - length;
  }
}

export function uint32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

export function uint64(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

export function string(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? textEncoder.encode(value) : value;
  return concat(uint32(bytes.length), bytes);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Strict: undefined unless `text` is canonical, padded base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return text !== "" && bytes.toString("base64") === text ? new Uint8Array(bytes) : undefined;
}
