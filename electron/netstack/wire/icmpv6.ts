/** ICMPv6: RFC 4443. */
export const UNREACHABLE = 1;
export const PACKET_TOO_BIG = 2;
export const TIME_EXCEEDED = 3;
export const PARAMETER_PROBLEM = 4;
export const ECHO_REQUEST = 128;
export const ECHO_REPLY = 129;

export const UNREACHABLE_PORT = 4;
/** Time exceeded while fragments were waited for. */
export const REASSEMBLY_TIME = 1;
/** The code of a parameter problem about the protocol number. */
export const UNKNOWN_NEXT_HEADER = 1;

/** What an "unreachable" says, in words: section 3.1. */
const UNREACHABLE_MEANINGS: Readonly<Record<number, string>> = {
  0: "no route to the address",
  1: "a filter forbids it",
  2: "the address is beyond its scope",
  3: "the host does not answer its router",
  4: "the port is closed",
  5: "a filter forbids the source address",
  6: "the route is rejected",
};

export function unreachableMeaning(code: number): string {
  return UNREACHABLE_MEANINGS[code] ?? `unreachable, code ${code}`;
}

/** Section 2.1: errors have the highest bit clear. */
export function isError(type: number): boolean {
  return type < 128;
}
