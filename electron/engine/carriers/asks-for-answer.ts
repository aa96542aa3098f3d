/**
 * Whether the far end answers this IP packet when it arrives: silence after such a packet says something about the path,
 * silence after a bare acknowledgement does not. The packet is one of our own stack's, so its headers are sound.
 */
export function asksForAnswer(buffer: Uint8Array, offset: number, length: number): boolean {
  const isV6 = buffer[offset]! >> 4 === 6;
  const protocol = buffer[offset + (isV6 ? 6 : 9)];
  const payload = offset + (isV6 ? IPV6_HEADER : (buffer[offset]! & 0x0f) * 4);
  switch (protocol) {
    case TCP: {
      const flags = buffer[payload + 13]!;
      const header = (buffer[payload + 12]! >> 4) * 4;
      return (flags & RST) === 0 && ((flags & (SYN | FIN)) !== 0 || offset + length > payload + header);
    }
    case UDP:
      return true;
    case ICMP:
      return buffer[payload] === ECHO_REQUEST;
    case ICMPV6:
      return buffer[payload] === ECHO_REQUEST_V6;
    default:
      return false;
  }
}

const IPV6_HEADER = 40;
const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ECHO_REQUEST = 8;
const ECHO_REQUEST_V6 = 128;
