/**
 * What stands between a hostile message and the dns-packet library, which trusts record lengths, follows pointers as
 * often as it is told to, and has decoders for types that we never ask for. The guard walks the message once, within a
 * budget, and hides every record that is not ours from the library: what the library does is at most what the guard did.
 * RFC 1035 sections 3.1 and 4.1.
 */
import type { DnsType } from "./records.ts";

export const DNS_HEADER = 12;
const TYPE_CODES: Readonly<Record<DnsType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
};
const TYPES_BY_CODE: ReadonlyMap<number, DnsType> = new Map(
  Object.entries(TYPE_CODES).map(([type, code]) => [code, type as DnsType]),
);
const TYPE_OPT = 41;
const CLASS_IN = 1;
/** A type for private use (RFC 6895 section 3.1): the library hands its data over unread. */
const TYPE_HIDDEN = 0xff00;

const MOST_NAME = 255;
// Our tuning. Of a name with hundreds of addresses the first ones will do; the others are cut off.
const MOST_RECORDS = 256;
/** Labels, pointers and character-strings of a whole message: two bytes that point to a name of 126 labels cost 127. */
const MOST_STEPS = 8_192;

/** A message that the library may decode: a copy, without the additional section. */
export interface Guarded {
  readonly message: Uint8Array;
  /** What is asked for: undefined for a type (or class) that this codec does not know. */
  readonly type: DnsType | undefined;
  /** The size in an OPT record of the additional section, when that section was asked for. */
  readonly ednsSize: number | undefined;
}

/** `scope` says which sections are worth reading: those after it are cut off. Undefined when the message is malformed. */
export function guard(message: Uint8Array, scope: "question" | "answers" | "all"): Guarded | undefined {
  if (message.length < DNS_HEADER || message.length > 0xffff) return undefined;
  const walker = new Walker(new Uint8Array(message));
  if (walker.u16(4) !== 1) return undefined;
  const question = walker.name(DNS_HEADER);
  if (question === undefined || !question.plain || question.end + 4 > message.length) return undefined;
  const type = walker.typeAt(question.end);
  const records = walker.keepRecords(scope === "question" ? 0 : scope === "answers" ? 2 : 3);
  let at: number | undefined = question.end + 4;
  for (let i = 0; i < records && at !== undefined; i++) at = walker.record(at);
  if (at === undefined) return undefined;
  walker.bytes.fill(0, 10, 12);
  return { message: walker.bytes.subarray(0, at), type, ednsSize: walker.ednsSize };
}

interface NameSpan {
  /** Behind the name where it starts, whatever it points to. */
  readonly end: number;
  /** Only printable ASCII without dots inside of labels: it survives as text. */
  readonly plain: boolean;
}

class Walker {
  readonly bytes: Uint8Array;
  ednsSize: number | undefined;
  #steps = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u16(at: number): number {
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  /** The type that stands with its class at `at`, of questions and records alike, if it is one of ours. */
  typeAt(at: number): DnsType | undefined {
    return this.u16(at + 2) === CLASS_IN ? TYPES_BY_CODE.get(this.u16(at)) : undefined;
  }

  /** Leaves that many sections, and of their records the first ones, in the header's counts. Answers how many in all. */
  keepRecords(sections: number): number {
    let records = 0;
    for (let section = 0; section < 3; section++) {
      const at = 6 + 2 * section;
      const count = section < sections ? Math.min(this.u16(at), MOST_RECORDS - records) : 0;
      this.bytes.set([count >> 8, count & 0xff], at);
      records += count;
    }
    return records;
  }

  /** Where the record at `at` ends, or undefined when it is malformed. Hides it when it is of no use to us. */
  record(at: number): number | undefined {
    const owner = this.name(at);
    if (owner === undefined || owner.end + 10 > this.bytes.length) return undefined;
    const start = owner.end + 10;
    const end = start + this.u16(owner.end + 8);
    if (end > this.bytes.length) return undefined;
    if (this.u16(owner.end) === TYPE_OPT) this.ednsSize = this.u16(owner.end + 2);
    const type = owner.plain ? this.typeAt(owner.end) : undefined;
    const verdict = type === undefined ? "hide" : this.#data(type, start, end);
    if (verdict === "bad") return undefined;
    if (verdict === "hide") {
      this.bytes[owner.end] = TYPE_HIDDEN >> 8;
      this.bytes[owner.end + 1] = TYPE_HIDDEN & 0xff;
    }
    return end;
  }

  #data(type: DnsType, start: number, end: number): "good" | "bad" | "hide" {
    const good = (is: boolean): "good" | "bad" => (is ? "good" : "bad");
    switch (type) {
      case "A":
        return good(end - start === 4);
      case "AAAA":
        return good(end - start === 16);
      case "TXT":
        return good(this.#areStrings(start, end));
      case "CNAME":
      case "PTR":
      case "NS":
        return this.#target(start, end);
      case "MX":
        return this.#target(start + 2, end);
      case "SRV":
        return this.#target(start + 6, end);
      case "SOA": {
        const primary = this.name(start);
        const mailbox = primary === undefined ? undefined : this.name(primary.end);
        return good(mailbox !== undefined && mailbox.end + 20 === end);
      }
    }
  }

  /** A name that fills the data from `start` on. */
  #target(start: number, end: number): "good" | "bad" | "hide" {
    const target = this.name(start);
    if (target?.end !== end) return "bad";
    return target.plain ? "good" : "hide";
  }

  /** Section 3.3.14: one or more character-strings, filling the record. */
  #areStrings(start: number, end: number): boolean {
    let at = start;
    while (at < end && ++this.#steps <= MOST_STEPS) at += 1 + this.bytes[at]!;
    return at === end && end > start;
  }

  /** Section 4.1.4: a pointer leads to a prior place, which rules loops out; the budget rules out slow ones. */
  name(start: number): NameSpan | undefined {
    let at = start;
    let segment = start;
    let end: number | undefined;
    let length = 0;
    let plain = true;
    for (;;) {
      const head = this.bytes[at];
      if (head === undefined) return undefined;
      if (head === 0) return { end: end ?? at + 1, plain };
      if (++this.#steps > MOST_STEPS) return undefined;
      if (head < 0x40) {
        length += head + 1;
        if (length >= MOST_NAME || at + 1 + head > this.bytes.length) return undefined;
        plain &&= isPlain(this.bytes, at + 1, at + 1 + head);
        at += head + 1;
      } else {
        const low = this.bytes[at + 1];
        if (head < 0xc0 || low === undefined) return undefined;
        const target = ((head & 0x3f) << 8) | low;
        if (target >= segment || target < DNS_HEADER) return undefined;
        end ??= at + 2;
        at = target;
        segment = target;
      }
    }
  }
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte <= 0x20 || byte >= 0x7f || byte === 0x2e) return false;
  }
  return true;
}
