import { createCipheriv, createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTransportCipher, open, seal, TAG_LENGTH, xopen, xseal } from "../../../electron/crypto/aead.ts";
import { equalConstantTime, hash, hmacHash, mac } from "../../../electron/crypto/blake2s.ts";
import { clampPrivateKey, publicKeyOf, sharedSecret } from "../../../electron/crypto/x25519.ts";
import { seed as runSeed } from "../../support/seed.ts";

/** The door against Node's OpenSSL, which the program itself may not use (Electron has another library). */

const seed = runSeed();
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function oracle(key: Uint8Array, low: number, high: number, text: Uint8Array, aad = new Uint8Array(0)): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(low, 4);
  nonce.writeUInt32LE(high, 8);
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Uint8Array.from(Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]));
}

describe(`ChaCha20-Poly1305 (seed ${seed})`, () => {
  test("sealing agrees with OpenSSL, with and without associated data", () => {
    const property = fc.property(bytes(32), u32, bytes(0, 300), bytes(0, 40), (key, counter, text, aad) => {
      const sealed = seal(key, counter, text, aad);
      expect(sealed).toEqual(oracle(key, counter, 0, text, aad));
      expect(open(key, counter, sealed, aad)).toEqual(text);
    });
    fc.assert(property, { seed, numRuns: 100 });
  });

  test("sealing in place agrees with OpenSSL at any offset, for both words of the counter", () => {
    const property = fc.property(bytes(32), u32, u32, bytes(0, 1_500), fc.nat(40), (key, low, high, text, offset) => {
      const buffer = new Uint8Array(offset + text.length + TAG_LENGTH + 7).fill(0xaa);
      buffer.set(text, offset);
      const cipher = createTransportCipher(key);
      cipher.seal(low, high, buffer, offset, text.length);
      const end = offset + text.length + TAG_LENGTH;
      expect(buffer.subarray(offset, end)).toEqual(oracle(key, low, high, text));
      expect([...buffer.subarray(0, offset), ...buffer.subarray(end)].every((byte) => byte === 0xaa)).toBe(true);
      expect(cipher.open(low, high, buffer, offset, text.length + TAG_LENGTH)).toBe(true);
      expect(buffer.subarray(offset, offset + text.length)).toEqual(text);
    });
    fc.assert(property, { seed, numRuns: 150 });
  });

  test("one wrong bit anywhere, another counter or another key does not open", () => {
    const key = new Uint8Array(32).fill(7);
    const text = new Uint8Array(33).fill(1);
    const sealed = seal(key, 5, text);
    const cipher = createTransportCipher(key);
    for (let bit = 0; bit < sealed.length * 8; bit += 3) {
      const wrong = Uint8Array.from(sealed);
      wrong[bit >> 3] = wrong[bit >> 3]! ^ (1 << (bit & 7));
      expect(open(key, 5, wrong)).toBeUndefined();
      expect(cipher.open(5, 0, wrong, 0, wrong.length)).toBe(false);
    }
    expect(open(key, 6, sealed)).toBeUndefined();
    expect(cipher.open(5, 1, Uint8Array.from(sealed), 0, sealed.length)).toBe(false);
    expect(open(new Uint8Array(32), 5, sealed)).toBeUndefined();
    expect(open(key, 5, sealed, Uint8Array.of(0))).toBeUndefined();
  });

  test("what is shorter than a tag does not open", () => {
    const cipher = createTransportCipher(new Uint8Array(32));
    for (let length = 0; length < TAG_LENGTH; length++) {
      expect(cipher.open(0, 0, new Uint8Array(40), 3, length)).toBe(false);
      expect(open(new Uint8Array(32), 0, new Uint8Array(length))).toBeUndefined();
      expect(xopen(new Uint8Array(32), new Uint8Array(24), new Uint8Array(length), new Uint8Array(0))).toBeUndefined();
    }
  });

  test("the cipher keeps its own copy of the key and erases it", () => {
    const key = new Uint8Array(32).fill(3);
    const cipher = createTransportCipher(key);
    const sealed = seal(key, 0, Uint8Array.of(1, 2, 3));
    key.fill(0);
    expect(cipher.open(0, 0, Uint8Array.from(sealed), 0, sealed.length)).toBe(true);
    cipher.erase();
    expect(cipher.open(0, 0, Uint8Array.from(sealed), 0, sealed.length)).toBe(false);
  });

  test("the long-nonce form opens what it seals, under its own nonce only", () => {
    const [key, nonce, aad] = [new Uint8Array(32).fill(1), new Uint8Array(24).fill(2), Uint8Array.of(3)];
    const sealed = xseal(key, nonce, Uint8Array.of(4), aad);
    expect(xopen(key, nonce, sealed, aad)).toEqual(Uint8Array.of(4));
    for (const at of [0, 15, 16, 23]) {
      const other = Uint8Array.from(nonce);
      other[at] = 9;
      expect(xopen(key, other, sealed, aad)).toBeUndefined();
    }
  });
});

describe("BLAKE2s", () => {
  test("hash and HMAC agree with OpenSSL", () => {
    const property = fc.property(bytes(0, 80), bytes(0, 300), bytes(0, 70), (key, one, two) => {
      expect(hash(one, two)).toEqual(Uint8Array.from(createHash("blake2s256").update(one).update(two).digest()));
      const expected = createHmac("blake2s256", key).update(one).update(two).digest();
      expect(hmacHash(key, one, two)).toEqual(Uint8Array.from(expected));
    });
    fc.assert(property, { seed, numRuns: 100 });
  });

  test("a MAC is not a hash cut short", () => {
    expect(mac(new Uint8Array(32), Uint8Array.of(1))).not.toEqual(hash(Uint8Array.of(1)).subarray(0, 16));
  });

  test("constant-time comparison", () => {
    expect(equalConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(equalConstantTime(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(equalConstantTime(Uint8Array.of(1, 2), Uint8Array.of(0, 2))).toBe(false);
    expect(equalConstantTime(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
    expect(equalConstantTime(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
});

describe("X25519", () => {
  test("two sides agree, and clamping changes no public key", () => {
    const property = fc.property(bytes(32), bytes(32), (a, b) => {
      expect(sharedSecret(a, publicKeyOf(b))).toEqual(sharedSecret(b, publicKeyOf(a)));
      expect(publicKeyOf(clampPrivateKey(Uint8Array.from(a)))).toEqual(publicKeyOf(a));
    });
    fc.assert(property, { seed, numRuns: 10 });
  });

  test("clamping works in place (RFC 7748 section 5)", () => {
    const key = new Uint8Array(32).fill(0xff);
    expect(clampPrivateKey(key)).toBe(key);
    expect([key[0], key[31]]).toEqual([0xf8, 0x7f]);
  });
});
