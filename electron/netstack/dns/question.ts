/** Whether a message answers our question, told from its first bytes alone: RFC 5452 section 9.1, RFC 1035 section 4.1. */
import { DNS_HEADER } from "./guard.ts";

const QR_AND_OPCODE = 0xf8;
const RESPONSE = 0x80;
/** Type and class, behind the name. */
const TYPE_AND_CLASS = 4;

/**
 * Same id, a response to a QUERY, one question, and it is ours; letter case aside (RFC 4343). `query` is one of
 * `encodeQuestion`: its name is plain text and not compressed, and an answer's cannot be, since nothing stands before it.
 */
export function isAnswerTo(query: Uint8Array, message: Uint8Array): boolean {
  const nameEnd = endOfName(query);
  const end = nameEnd + TYPE_AND_CLASS;
  if (message.length < end || message[0] !== query[0] || message[1] !== query[1]) return false;
  if ((message[2]! & QR_AND_OPCODE) !== RESPONSE || message[4] !== 0 || message[5] !== 1) return false;
  for (let at = DNS_HEADER; at < nameEnd; at++) if (folded(message[at]!) !== folded(query[at]!)) return false;
  for (let at = nameEnd; at < end; at++) if (message[at] !== query[at]) return false;
  return true;
}

function endOfName(query: Uint8Array): number {
  let at = DNS_HEADER;
  while (query[at] !== 0) at += 1 + query[at]!;
  return at + 1;
}

/** ASCII capitals as small letters; a label's length is below them. */
function folded(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
