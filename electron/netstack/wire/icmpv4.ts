/** ICMP for IPv4: RFC 792; the codes of "unreachable" are extended by RFC 1122 section 3.2.2.1 and RFC 1812. */
export const ECHO_REPLY = 0;
export const UNREACHABLE = 3;
export const ECHO_REQUEST = 8;
export const TIME_EXCEEDED = 11;

export const UNREACHABLE_PROTOCOL = 2;
export const UNREACHABLE_PORT = 3;
/** RFC 1191 section 4: the next hop's MTU stands in the lower half of the word, or 0 from an old router. */
export const FRAGMENTATION_NEEDED = 4;

/** Time exceeded while fragments were waited for. */
export const REASSEMBLY_TIME = 1;

/** What an "unreachable" says, in words: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1. */
const UNREACHABLE_MEANINGS: Readonly<Record<number, string>> = {
  0: "no route to the network",
  1: "the host does not answer its router",
  2: "the host does not speak that protocol",
  3: "the port is closed",
  4: "the packet is too big for the path",
  5: "the source route failed",
  6: "the network is unknown",
  7: "the host is unknown",
  9: "the network is prohibited",
  10: "the host is prohibited",
  13: "a filter forbids it",
};

export function unreachableMeaning(code: number): string {
  return UNREACHABLE_MEANINGS[code] ?? `unreachable, code ${code}`;
}

/** Questions and answers; every other type reports an error, or might (RFC 1122 section 3.2.2). */
export function isQuery(type: number): boolean {
  return type === ECHO_REPLY || type === ECHO_REQUEST || (type >= 9 && type <= 10) || (type >= 13 && type <= 18);
}
