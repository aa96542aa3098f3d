/** Resource records of class IN: RFC 1035 section 3.3, RFC 3596 (AAAA), RFC 2782 (SRV); as text, RFC 1035 section 5.1. */
import type { Answer } from "dns-packet";
import { type IpAddress, parseIp } from "../../base/ip-address.ts";

interface Owned {
  /** Lower-case, without a final dot. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Names in a record's data have the form of its own name. */
export type DnsRecord = Owned &
  (
    | { readonly type: "A" | "AAAA"; readonly address: IpAddress }
    | { readonly type: "CNAME" | "PTR" | "NS"; readonly target: string }
    /** The character-strings in order, bytes as sent; `txtText` joins them. */
    | { readonly type: "TXT"; readonly strings: readonly Uint8Array[] }
    | { readonly type: "MX"; readonly preference: number; readonly target: string }
    | {
        readonly type: "SRV";
        readonly priority: number;
        readonly weight: number;
        readonly port: number;
        readonly target: string;
      }
    | {
        readonly type: "SOA";
        readonly primary: string;
        readonly mailbox: string;
        readonly serial: number;
        readonly refresh: number;
        readonly retry: number;
        readonly expire: number;
        readonly minimum: number;
      }
  );

export type DnsType = DnsRecord["type"];

const MOST_TTL = 0x7fff_ffff;
const MOST_STRING = 255;

/** Undefined for types that we do not read. */
export function toRecord(answer: Answer): DnsRecord | undefined {
  const name = answer.name.toLowerCase();
  switch (answer.type) {
    case "A":
    case "AAAA": {
      const address = parseIp(answer.data);
      return address === undefined ? undefined : { type: answer.type, name, ttl: ttlOf(answer.ttl), address };
    }
    case "CNAME":
    case "PTR":
    case "NS":
      return { type: answer.type, name, ttl: ttlOf(answer.ttl), target: answer.data.toLowerCase() };
    case "TXT": {
      const strings = Array.isArray(answer.data) ? answer.data : [answer.data];
      const bytes = strings.map((s) => Uint8Array.from(Buffer.from(s)));
      return { type: "TXT", name, ttl: ttlOf(answer.ttl), strings: bytes };
    }
    case "MX": {
      const { preference = 0, exchange } = answer.data;
      return { type: "MX", name, ttl: ttlOf(answer.ttl), preference, target: exchange.toLowerCase() };
    }
    case "SRV": {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return { type: "SRV", name, ttl: ttlOf(answer.ttl), priority, weight, port, target: target.toLowerCase() };
    }
    case "SOA": {
      const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum } = answer.data;
      // Its names are only looked at, and a mailbox may hold any byte: what is no name must not spoil the times.
      const names = { primary: printable(mname), mailbox: printable(rname) };
      const times = { serial, refresh, retry, expire, minimum: ttlOf(minimum) };
      return { type: "SOA", name, ttl: ttlOf(answer.ttl), ...names, ...times };
    }
    default:
      return notOurs(answer.type);
  }
}

/** Asks the compiler whether a type of ours was left out above. */
function notOurs(_type: Exclude<Answer["type"], DnsType>): undefined {
  return undefined;
}

export function toAnswer(record: DnsRecord): Answer {
  const { name, ttl } = record;
  const head = { name, ttl, class: "IN" } as const;
  switch (record.type) {
    case "A":
    case "AAAA":
      return { type: record.type, ...head, data: record.address.text };
    case "CNAME":
    case "PTR":
    case "NS":
      return { type: record.type, ...head, data: record.target };
    case "TXT":
      return { type: "TXT", ...head, data: record.strings.map((s) => Buffer.from(s)) };
    case "MX":
      return { type: "MX", ...head, data: { preference: record.preference, exchange: record.target } };
    case "SRV": {
      const { priority, weight, port, target } = record;
      return { type: "SRV", ...head, data: { priority, weight, port, target } };
    }
    case "SOA": {
      const { primary: mname, mailbox: rname, serial, refresh, retry, expire, minimum } = record;
      return { type: "SOA", ...head, data: { mname, rname, serial, refresh, retry, expire, minimum } };
    }
  }
}

/** A record's data as a zone file has it; whatever is not printable ASCII is escaped, so that a terminal may show it. */
export function recordText(record: DnsRecord): string {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.address.text;
    case "CNAME":
    case "PTR":
    case "NS":
      return `${record.target}.`;
    case "TXT":
      return record.strings.map(quoted).join(" ");
    case "MX":
      return `${record.preference} ${record.target}.`;
    case "SRV":
      return `${record.priority} ${record.weight} ${record.port} ${record.target}.`;
    case "SOA": {
      const { primary, mailbox, serial, refresh, retry, expire, minimum } = record;
      return `${primary}. ${mailbox}. ${[serial, refresh, retry, expire, minimum].join(" ")}`;
    }
  }
}

/** The character-strings of a TXT record as one text (RFC 7208 section 3.3 joins without a separator). */
export function txtText(record: DnsRecord & { readonly type: "TXT" }): string {
  return new TextDecoder().decode(Buffer.concat(record.strings));
}

/** A text as character-strings of at most 255 bytes. */
export function txtStrings(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const strings = [bytes.subarray(0, MOST_STRING)];
  for (let at = MOST_STRING; at < bytes.length; at += MOST_STRING) strings.push(bytes.subarray(at, at + MOST_STRING));
  return strings;
}

/** RFC 2181 section 8: with the highest bit set it counts as zero. */
export function ttlOf(ttl: number | undefined): number {
  return ttl === undefined || ttl > MOST_TTL ? 0 : ttl;
}

function printable(name: string): string {
  return name.toLowerCase().replace(/[^!-~]/g, "?");
}

function quoted(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (byte < 0x20 || byte > 0x7e) text += `\\${String(byte).padStart(3, "0")}`;
    else text += character === '"' || character === "\\" ? `\\${character}` : character;
  }
  return `"${text}"`;
}
