// RFC 9293 section 3.10.7.1: the RST for a segment that fits no connection.
import type { IpAddress } from "../../base/ip-address.ts";
import { pseudoHeaderSum } from "../wire/checksum.ts";
import { TCP } from "../wire/protocols.ts";
import { ACK, FIN, fillTcpChecksum, RST, SYN, TCP_HEADER_BYTES, type TcpSegment, writeTcpHeader } from "../wire/tcp.ts";
import type { TcpHost } from "./host.ts";

export function answerReset(host: TcpHost, local: IpAddress, remote: IpAddress, segment: TcpSegment): void {
  if ((segment.flags & RST) !== 0) return;
  const acked = (segment.flags & ACK) !== 0;
  const length =
    segment.payloadEnd -
    segment.payloadStart +
    ((segment.flags & SYN) !== 0 ? 1 : 0) +
    ((segment.flags & FIN) !== 0 ? 1 : 0);
  const sequence = acked ? segment.acknowledgment : 0;
  const ack = acked ? 0 : (segment.sequence + length) >>> 0;
  const out = host.beginSegment(TCP_HEADER_BYTES);
  const flags = acked ? RST : RST | ACK;
  writeTcpHeader(out, segment.destinationPort, segment.sourcePort, sequence, ack, flags, 0, TCP_HEADER_BYTES);
  const sum = pseudoHeaderSum(local.bytes, remote.bytes, TCP, TCP_HEADER_BYTES);
  fillTcpChecksum(out, TCP_HEADER_BYTES, sum);
  host.commitSegment(local, remote, out);
}
