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

/** Questions and answers; every other type reports an error, or might (RFC 1122 section 3.2.2). */
export function isQuery(type: number): boolean {
  return type === ECHO_REPLY || type === ECHO_REQUEST || (type >= 9 && type <= 10) || (type >= 13 && type <= 18);
}
