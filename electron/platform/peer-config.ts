import { CulvertError } from "../base/errors.ts";
import { type IpAddress, type IpPrefix, ipFromBytes, maskAddress, parseIp } from "../base/ip-address.ts";

/** From what addWireGuardPeer answers to what a tunnel needs (fly-platform.md section 3). Pure arithmetic. */

/** The platform's answer, unread. */
export interface PeerAnswer {
  readonly peerip: string;
  /** A host name or address, with or without a port. */
  readonly endpointip: string;
  /** The gateway's key, base64. */
  readonly pubkey: string;
}

export interface PeerConfig {
  /** Our address inside: peerip itself, though the whole /120 around it is ours. */
  readonly address: IpAddress;
  /** The network's /48: fdaa and its 32-bit id. */
  readonly allowedIps: readonly IpPrefix[];
  /** `<prefix>::3`. */
  readonly dns: IpAddress;
  readonly endpoint: GatewayEndpoint;
  readonly gatewayPublicKey: Uint8Array;
  readonly persistentKeepaliveSeconds: number;
}

export interface GatewayEndpoint {
  readonly host: string;
  /** UDP. */
  readonly port: number;
  /** TCP, where WireGuard over WebSocket is spoken. */
  readonly websocketPort: number;
}

/** The API has no port field; these are fixed on the platform. A port that was named all the same holds for both. */
const GATEWAY_PORT = 51820;
const WEBSOCKET_PORT = 443;
/** What the platform's exported configurations say. */
const KEEPALIVE_SECONDS = 15;
const NETWORK_BITS = 48;

/** Throws `api-error` when the answer holds no peer: nothing of it is guessed. */
export function peerConfig(answer: PeerAnswer): PeerConfig {
  const address = parseIp(answer.peerip);
  if (address?.version !== 6) throw new CulvertError("api-error", "the new peer has no IPv6 address");
  const endpoint = parseEndpoint(answer.endpointip);
  if (endpoint === undefined) throw new CulvertError("api-error", "the new peer's gateway has no usable address");
  const gatewayPublicKey = decodeKey(answer.pubkey);
  if (gatewayPublicKey === undefined) throw new CulvertError("api-error", "the new peer's gateway has no usable key");
  const network = maskAddress(address, NETWORK_BITS);
  const dns = Uint8Array.from(network.address.bytes);
  dns[15] = 3;
  return {
    address,
    allowedIps: [network],
    dns: ipFromBytes(dns),
    endpoint,
    gatewayPublicKey,
    persistentKeepaliveSeconds: KEEPALIVE_SECONDS,
  };
}

/** "host", "host:port", "192.0.2.1:port", "2001:db8::1", "[2001:db8::1]" and "[2001:db8::1]:port"; undefined otherwise. */
export function parseEndpoint(text: string): GatewayEndpoint | undefined {
  const trimmed = text.trim();
  const fixed = { port: GATEWAY_PORT, websocketPort: WEBSOCKET_PORT };
  if (parseIp(trimmed)?.version === 6) return { host: trimmed, ...fixed };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(trimmed);
  const [, bracketed, bare, portText] = match ?? [];
  const named = Number(portText);
  const ports = portText === undefined ? fixed : { port: named, websocketPort: named };
  if (ports.port < 1 || ports.port > 65535) return undefined;
  if (bracketed !== undefined) return parseIp(bracketed)?.version === 6 ? { host: bracketed, ...ports } : undefined;
  return bare !== undefined && isHost(bare) ? { host: bare, ...ports } : undefined;
}

/** An IPv4 address, or a name of labels as DNS has them. */
function isHost(text: string): boolean {
  // What is made of digits and dots only must be an address: resolvers read "1.2" and "256.0.0.1" each in their own way.
  if (/^[\d.]+$/.test(text)) return parseIp(text)?.version === 4;
  return (
    text.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?$/.test(text)
  );
}

function decodeKey(base64: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) return undefined;
  const key = Uint8Array.from(Buffer.from(base64, "base64"));
  return key.some((byte) => byte !== 0) ? key : undefined;
}
