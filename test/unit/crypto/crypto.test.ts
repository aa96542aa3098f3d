import { createCipheriv, createHash, createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createTransportCipher, open, seal, TAG_LENGTH, xopen, xseal } from "../../../electron/crypto/aead.ts";
import { equalConstantTime, hash, hmacHash, mac } from "../../../electron/crypto/blake2s.ts";
import {
  clampPrivateKey,
  isRight,
  type KeyPair,
  type KeyPairs,
  keyPairOf,
  publicKeyOf,
} from "../../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../../electron/crypto/x25519-native.ts";
import { PlainKeyPair } from "../../../electron/crypto/x25519-plain.ts";
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
  const same = (privateKey: Uint8Array, point: Uint8Array): void => {
    const [native, plain] = [NativeKeyPair.from(privateKey), PlainKeyPair.from(privateKey)];
    expect(native.publicKey).toEqual(plain.publicKey);
    expect(native.agree(point)).toEqual(plain.agree(point));
  };

  test(`both twins give the same for any key and any point, on the curve or not (seed ${seed})`, () => {
    fc.assert(fc.property(bytes(32), bytes(32), same), { seed, numRuns: 100 });
  });

  test("both twins give the same for points that are not reduced (RFC 7748 section 5) and for odd private keys", () => {
    const reduced = (low: number): Uint8Array => new Uint8Array(32).fill(0xff).fill(low, 0, 1).fill(0x7f, 31);
    const points = Array.from({ length: 19 }, (_, i) => reduced(0xed + i)); // 2^255 - 19 + i, the same as i
    for (const point of [...points, new Uint8Array(32).fill(0xff), Uint8Array.of(9, ...new Uint8Array(31))])
      for (const fill of [0, 1, 0x40, 0xff]) same(new Uint8Array(32).fill(fill), point);
    const four = Uint8Array.of(4, ...new Uint8Array(31));
    expect(keyPairOf(new Uint8Array(32).fill(3)).agree(reduced(0xed + 4))).toEqual(
      keyPairOf(new Uint8Array(32).fill(3)).agree(four),
    );
  });

  test.each([
    ["native", NativeKeyPair],
    ["plain", PlainKeyPair],
  ] satisfies [string, KeyPairs][])("%s: two new pairs agree, and differ", (_, pairs) => {
    const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));
    const [a, b] = [pairs.generate(random), pairs.generate(random)];
    expect(a.publicKey).not.toEqual(b.publicKey);
    expect(a.agree(b.publicKey)).toEqual(b.agree(a.publicKey));
  });

  test("native: a key that was generated is never exported, which could hang the thread in a collection", () => {
    const { publicKey } = generateKeyPairSync("x25519");
    const exported = vi.spyOn(Object.getPrototypeOf(publicKey), "export");
    try {
      publicKey.export({ format: "jwk" });
      expect(exported).toHaveBeenCalledTimes(1); // the spy sees what it has to see
      expect(NativeKeyPair.generate().publicKey).toHaveLength(32);
      expect(exported).toHaveBeenCalledTimes(1);
    } finally {
      exported.mockRestore();
    }
  });

  test("the caller's private key stays as it is, and an erased pair gives nothing more", () => {
    for (const pairs of [NativeKeyPair, PlainKeyPair]) {
      const key = new Uint8Array(32).fill(5);
      const pair = pairs.from(key);
      const before = pair.agree(publicKeyOf(new Uint8Array(32).fill(6)));
      pair.erase();
      expect(key).toEqual(new Uint8Array(32).fill(5));
      let after: Uint8Array | undefined;
      try {
        after = pair.agree(publicKeyOf(new Uint8Array(32).fill(6)));
      } catch {}
      expect(after).not.toEqual(before);
    }
  });

  test("an implementation that throws, finds other keys or takes low-order points is not used", () => {
    const liar = (change: (pair: KeyPair) => Partial<KeyPair>): KeyPairs => {
      const wrap = (pair: KeyPair): KeyPair => ({
        publicKey: pair.publicKey,
        agree: (point) => pair.agree(point),
        erase: () => pair.erase(),
        ...change(pair),
      });
      return { from: (key) => wrap(PlainKeyPair.from(key)), generate: (random) => wrap(PlainKeyPair.generate(random)) };
    };
    expect(isRight(liar(() => ({})))).toBe(true);
    expect(isRight(NativeKeyPair)).toBe(true);
    expect(isRight(liar((pair) => ({ agree: (point) => pair.agree(point) ?? new Uint8Array(32) })))).toBe(false);
    expect(isRight(liar((pair) => ({ agree: (point) => pair.agree(point)?.fill(1, 31) })))).toBe(false);
    expect(isRight(liar(() => ({ publicKey: new Uint8Array(32) })))).toBe(false);
    const missing = (): never => {
      throw new Error("no such curve");
    };
    expect(isRight({ from: missing, generate: missing })).toBe(false);
  });

  test("clamping changes no public key and works in place (RFC 7748 section 5)", () => {
    const key = new Uint8Array(32).fill(0xff);
    const before = publicKeyOf(key);
    expect(clampPrivateKey(key)).toBe(key);
    expect([key[0], key[31]]).toEqual([0xf8, 0x7f]);
    expect(publicKeyOf(key)).toEqual(before);
  });
});
