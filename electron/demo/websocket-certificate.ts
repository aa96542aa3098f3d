import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A self-signed X.509 certificate (RFC 5280) for the gateway's WebSocket, made anew at each start. Nobody checks it: it is
 * there because TLS must show one. ECDSA on P-256 with SHA-256 (RFC 5758).
 */

const VALID_MS = 365 * 24 * 3600 * 1000;
const Tag = { integer: 0x02, bitString: 0x03, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, time: 0x18 } as const;
/** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
const ECDSA_SHA256 = der(Tag.sequence, der(Tag.oid, Buffer.from("2a8648ce3d040302", "hex")));
/** 2.5.4.3, the common name. */
const COMMON_NAME = der(Tag.oid, Buffer.from("550403", "hex"));

export interface SelfSigned {
  /** Both PEM. */
  readonly key: string;
  readonly cert: string;
}

export function createSelfSigned(commonName: string, now: number): SelfSigned {
  // Both halves leave with the job that makes them: exporting a generated key later can hang (see crypto/x25519-native.ts).
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const name = der(Tag.sequence, der(Tag.set, der(Tag.sequence, COMMON_NAME, der(Tag.utf8, Buffer.from(commonName)))));
  // Positive and of at most 20 bytes (section 4.1.2.2).
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
  const unsigned = der(
    Tag.sequence,
    der(0xa0, der(Tag.integer, Buffer.from([2]))),
    der(Tag.integer, serial),
    ECDSA_SHA256,
    name,
    der(Tag.sequence, time(now - VALID_MS), time(now + VALID_MS)),
    name,
    publicKey,
  );
  const signature = sign("sha256", unsigned, privateKey);
  const certificate = der(Tag.sequence, unsigned, ECDSA_SHA256, der(Tag.bitString, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** Tag, length and value (X.690 section 8.1). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts);
  const size = value.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

/** GeneralizedTime, without fractions. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, "");
  return der(Tag.time, Buffer.from(digits));
}
