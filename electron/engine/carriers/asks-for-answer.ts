import * as icmpv4 from "../../netstack/wire/icmpv4.ts";
import * as icmpv6 from "../../netstack/wire/icmpv6.ts";
import { ICMPV4, ICMPV6, TCP, UDP } from "../../netstack/wire/protocols.ts";
import { FIN, RST, SYN } from "../../netstack/wire/tcp.ts";

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
    case ICMPV4:
      return buffer[payload] === icmpv4.ECHO_REQUEST;
    case ICMPV6:
      return buffer[payload] === icmpv6.ECHO_REQUEST;
    default:
      return false;
  }
}

const IPV6_HEADER = 40;
