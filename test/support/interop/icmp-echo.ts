/** Echo requests and replies by hand (RFC 792, RFC 4443), so that a test needs no IP stack of ours. */
import { parseIp } from "../../../electron/base/ip-address.ts";

function addressBytes(text: string): Uint8Array {
  const address = parseIp(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address.bytes;
}

function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  let at = 0;
  for (const part of parts) for (const byte of part) sum += at++ % 2 === 0 ? byte << 8 : byte;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function echoMessage(type: number, sequence: number, payload: Uint8Array, pseudo: Uint8Array): Uint8Array {
  const message = Uint8Array.from([type, 0, 0, 0, 0x12, 0x34, sequence >>> 8, sequence & 0xff, ...payload]);
  const sum = checksum(pseudo, message);
  message.set([sum >>> 8, sum & 0xff], 2);
  return message;
}

export function echoRequest4(source: string, destination: string, sequence: number, payload: Uint8Array): Uint8Array {
  const message = echoMessage(8, sequence, payload, new Uint8Array(0));
  const length = 20 + message.length;
  const header = Uint8Array.from([0x45, 0, length >>> 8, length & 0xff, 0, 0, 0, 0, 64, 1, 0, 0]);
  const whole = Uint8Array.from([...header, ...addressBytes(source), ...addressBytes(destination)]);
  const sum = checksum(whole);
  whole.set([sum >>> 8, sum & 0xff], 10);
  return Uint8Array.from([...whole, ...message]);
}

export function echoRequest6(source: string, destination: string, sequence: number, payload: Uint8Array): Uint8Array {
  const addresses = [...addressBytes(source), ...addressBytes(destination)];
  const length = 8 + payload.length;
  const pseudo = Uint8Array.from([...addresses, 0, 0, length >>> 8, length & 0xff, 0, 0, 0, 58]);
  const message = echoMessage(128, sequence, payload, pseudo);
  return Uint8Array.from([0x60, 0, 0, 0, length >>> 8, length & 0xff, 58, 64, ...addresses, ...message]);
}

/** Sequence and payload of an echo reply, IPv4 or IPv6; undefined when the packet is something else. */
export function parseEchoReply(packet: Uint8Array): { sequence: number; payload: Uint8Array } | undefined {
  const four = packet[0]! >>> 4 === 4;
  const message = packet.subarray(four ? 20 : 40);
  const protocol = four ? packet[9] : packet[6];
  if (four ? protocol !== 1 || message[0] !== 0 : protocol !== 58 || message[0] !== 129) return undefined;
  return { sequence: (message[6]! << 8) + message[7]!, payload: message.subarray(8) };
}
