import ipaddr from "ipaddr.js";

/** For the protocol rooms, which import nothing from shared/. */
export { formatHostPort } from "../../shared/host-name.ts";

/**
 * An IPv4 or IPv6 address: its bytes in network order and its canonical text (RFC 5952 for IPv6).
 * Two addresses are the same when their texts are. Frozen; the bytes must not be written to.
 */
export interface IpAddress {
  readonly version: 4 | 6;
  /** 4 or 16 bytes, network order. */
  readonly bytes: Uint8Array;
  readonly text: string;
}

export interface IpPrefix {
  /** The network address: bits past `length` are zero. */
  readonly address: IpAddress;
  /** 0..32 or 0..128. */
  readonly length: number;
}

/** Makes an address of 4 or 16 bytes; the bytes are copied. Any other length is a RangeError. */
export function ipFromBytes(bytes: Uint8Array): IpAddress {
  if (bytes.length !== 4 && bytes.length !== 16)
    throw new RangeError(`an IP address has 4 or 16 bytes, not ${bytes.length}`);
  const copy = Uint8Array.from(bytes);
  const parsed = ipaddr.fromByteArray([...copy]);
  const text = parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
  return Object.freeze({ version: copy.length === 4 ? 4 : 6, bytes: copy, text } as const);
}

/** Parses dotted-quad IPv4 or any RFC 4291 form of IPv6 without a zone; undefined when it is neither. */
export function parseIp(text: string): IpAddress | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return ipFromBytes(Uint8Array.from(ipaddr.IPv4.parse(text).toByteArray()));
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipFromBytes(Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray()));
}

/** Parses "address/length" or a bare address (/32 or /128), host bits cleared; undefined when malformed. */
export function parsePrefix(text: string): IpPrefix | undefined {
  const [host = "", lengthText, ...rest] = text.split("/");
  const address = parseIp(host);
  if (address === undefined || rest.length > 0) return undefined;
  const most = address.version === 4 ? 32 : 128;
  if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return undefined;
  const length = lengthText === undefined ? most : Number(lengthText);
  return length > most ? undefined : maskAddress(address, length);
}

/** The prefix of `length` bits that `address` lies in. */
export function maskAddress(address: IpAddress, length: number): IpPrefix {
  const bytes = Uint8Array.from(address.bytes);
  for (let i = 0; i < bytes.length; i++) {
    const bits = Math.min(8, Math.max(0, length - i * 8));
    bytes[i] = bytes[i]! & (0xff00 >> bits);
  }
  return { address: ipFromBytes(bytes), length };
}

export function prefixContains(prefix: IpPrefix, address: IpAddress): boolean {
  return (
    prefix.address.version === address.version &&
    maskAddress(address, prefix.length).address.text === prefix.address.text
  );
}
