/** DNS messages as records: RFC 1035 section 4, RFC 6891 (EDNS), RFC 2308 (negative answers). */
import { type Answer, type DecodedPacket, decode, encode, type Packet } from "dns-packet";
import { type Guarded, guard } from "./guard.ts";
import { type DnsRecord, type DnsType, toAnswer, toRecord } from "./records.ts";

export type { DnsRecord, DnsType } from "./records.ts";
export { txtStrings, txtText } from "./records.ts";

/** What a client reads out of an answer. */
export interface DnsResponse {
  readonly id: number;
  readonly truncated: boolean;
  readonly authoritative: boolean;
  readonly rcode: number;
  readonly name: string;
  readonly records: readonly DnsRecord[];
  /** Who is responsible for the name, as the server says. */
  readonly authority: readonly DnsRecord[];
  /** Seconds for which a negative answer holds, from the SOA: the lesser of its TTL and its minimum (RFC 2308 section 5). */
  readonly negativeTtl: number | undefined;
}

/** A query as a server sees it. `type` is undefined for a type (or class) that this codec does not know. */
export interface DnsQuery {
  readonly id: number;
  /** Lower-case, without a final dot. */
  readonly name: string;
  readonly type: DnsType | undefined;
  /** Most bytes a UDP answer may have: 512, or what EDNS(0) says (RFC 6891 section 6.2.3). */
  readonly payloadSize: number;
  /** The message itself, as an array of its own: its question is sent back as it came. */
  readonly message: Uint8Array;
  readonly edns: boolean;
}

export type DnsRcode = keyof typeof RCODES;

export interface DnsAnswer {
  readonly rcode: DnsRcode;
  readonly records: readonly DnsRecord[];
  /** For negative answers: seconds that "no such name" or "no such record" holds (RFC 2308), sent as an SOA. */
  readonly negativeTtl?: number;
}

export const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

/** What we offer to take over UDP: it fits every IPv6 path (DNS flag day 2020). */
export const EDNS_PAYLOAD_SIZE = 1232;
const PLAIN_PAYLOAD_SIZE = 512;

const RESPONSE = 0x80;
const OPCODE = 0x78;
const TRUNCATED = 0x02;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const AUTHORITATIVE = 0x0400;
const TRUNCATED_FLAG = 0x0200;

/** A query for a name that `normalizeName` made. */
export function encodeQuestion(id: number, name: string, type: DnsType, edns: boolean): Uint8Array {
  const packet: Packet = { type: "query", id, flags: RECURSION_DESIRED, questions: [{ type, name, class: "IN" }] };
  if (edns) packet.additionals = [optRecord()];
  return toBytes(packet);
}

/** An answer to whatever it may be (question.ts tells), or undefined when it is malformed. Of a truncated one only the question is read. */
export function decodeResponse(message: Uint8Array): DnsResponse | undefined {
  const truncated = ((message[2] ?? 0) & TRUNCATED) !== 0;
  const guarded = guard(message, truncated ? "question" : "answers");
  const packet = guarded === undefined ? undefined : tryDecode(guarded);
  const question = packet?.questions?.[0];
  if (guarded === undefined || packet === undefined || question === undefined) return undefined;
  const authority = (packet.authorities ?? []).flatMap((answer) => toRecord(answer) ?? []);
  return {
    id: packet.id ?? 0,
    truncated,
    authoritative: ((message[2]! << 8) & AUTHORITATIVE) !== 0,
    rcode: message[3]! & 0x0f,
    name: question.name.toLowerCase(),
    records: (packet.answers ?? []).flatMap((answer) => toRecord(answer) ?? []),
    authority,
    negativeTtl: negativeTtlOf(authority),
  };
}

/** A question to a server, or undefined for what a server should not answer. */
export function decodeQuery(message: Uint8Array): DnsQuery | undefined {
  if (((message[2] ?? RESPONSE) & (RESPONSE | OPCODE)) !== 0) return undefined;
  const guarded = guard(message, "all");
  if (guarded === undefined) return undefined;
  // The other sections of a query mean nothing to us, and the library may not see the OPT record's odd fields.
  const bare = guard(message, "question");
  const packet = bare === undefined ? undefined : tryDecode(bare);
  const question = packet?.questions?.[0];
  if (packet === undefined || question === undefined) return undefined;
  return {
    id: packet.id ?? 0,
    name: question.name.toLowerCase(),
    type: guarded.type,
    payloadSize: Math.max(PLAIN_PAYLOAD_SIZE, guarded.ednsSize ?? 0),
    message: Uint8Array.from(message),
    edns: guarded.ednsSize !== undefined,
  };
}

/** The answer's message. Over UDP one that is above the client's size leaves empty and marked as truncated. */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer, transport: "udp" | "tcp"): Uint8Array {
  const whole = buildAnswer(query, answer, 0);
  const most = transport === "udp" ? query.payloadSize : 0xffff;
  return whole.length <= most ? whole : buildAnswer(query, { rcode: answer.rcode, records: [] }, TRUNCATED_FLAG);
}

function buildAnswer(query: DnsQuery, answer: DnsAnswer, extraFlags: number): Uint8Array {
  const recursion = (query.message[2]! << 8) & RECURSION_DESIRED;
  const flags = AUTHORITATIVE | recursion | RECURSION_AVAILABLE | extraFlags | RCODES[answer.rcode];
  const packet: Packet = {
    type: "response",
    id: query.id,
    flags,
    // The class and type do not matter: the bytes of the query replace this question.
    questions: [{ type: "A", name: query.name, class: "IN" }],
    answers: answer.records.map(toAnswer),
    authorities: answer.negativeTtl === undefined ? [] : [soaRecord(query.name, answer.negativeTtl)],
    additionals: query.edns ? [optRecord()] : [],
  };
  const message = toBytes(packet);
  // The question goes back as it came, letter case included.
  const length = questionLength(query.name);
  message.set(query.message.subarray(12, 12 + length), 12);
  return message;
}

/** Not the library's Buffer, whose `slice` does not copy. */
function toBytes(packet: Packet): Uint8Array {
  return Uint8Array.from(encode(packet));
}

/** Bytes of an uncompressed question with this name. */
function questionLength(name: string): number {
  return (name === "." ? 1 : name.length + 2) + 4;
}

function tryDecode(guarded: Guarded): DecodedPacket | undefined {
  try {
    return decode(Buffer.from(guarded.message.buffer, guarded.message.byteOffset, guarded.message.length));
  } catch {
    return undefined;
  }
}

function negativeTtlOf(authority: readonly DnsRecord[]): number | undefined {
  for (const record of authority) if (record.type === "SOA") return Math.min(record.ttl, record.minimum);
  return undefined;
}

function optRecord(): Answer {
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize: EDNS_PAYLOAD_SIZE,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

/** Every zone here is a top-level one, as "internal." is. */
function soaRecord(name: string, ttl: number): Answer {
  const zone = name.slice(name.lastIndexOf(".") + 1);
  const data = { mname: `ns.${zone}`, rname: `hostmaster.${zone}`, serial: 1, refresh: ttl, retry: ttl, expire: ttl };
  return { type: "SOA", name: zone, ttl, class: "IN", data: { ...data, minimum: ttl } };
}
