import { describe, expect, test } from "vitest";
import { xopen, xseal } from "../../electron/crypto/aead.ts";
import { hash, mac } from "../../electron/crypto/blake2s.ts";
import { type KeyPairs, keyPairOf } from "../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../electron/crypto/x25519-native.ts";
import { PlainKeyPair } from "../../electron/crypto/x25519-plain.ts";
import { INITIAL_CHAIN_KEY, INITIAL_HASH, kdf } from "../../electron/wireguard/noise.ts";

/** Published numbers, each with its source. */

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
const counting = (from: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

const implementations: readonly (readonly [string, KeyPairs])[] = [
  ["native", NativeKeyPair],
  ["plain", PlainKeyPair],
];

describe.each(implementations)("X25519, RFC 7748 (%s)", (_, pairs) => {
  const sharedSecret = (own: Uint8Array, other: Uint8Array): Uint8Array | undefined => pairs.from(own).agree(other);
  const publicKeyOf = (own: Uint8Array): Uint8Array => pairs.from(own).publicKey;

  test.each([
    [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ],
    [
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ],
  ])("section 5.2, vector %#", (scalar, point, out) => {
    expect(toHex(sharedSecret(hex(scalar), hex(point)))).toBe(out);
  });

  test("section 5.2, a thousand iterations", () => {
    let scalar = counting(0, 32).fill(0);
    scalar[0] = 9;
    let point = scalar;
    for (let i = 0; i < 1_000; i++) [scalar, point] = [Uint8Array.from(sharedSecret(scalar, point)!), scalar];
    expect(toHex(scalar)).toBe("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
  });

  test("section 6.1", () => {
    const alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    const bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    expect(toHex(publicKeyOf(alice))).toBe("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    expect(toHex(publicKeyOf(bob))).toBe("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    for (const [own, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      expect(toHex(sharedSecret(own, publicKeyOf(other)))).toBe(
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
      );
  });

  test.each([
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    // The same with the highest bit set, which section 5 says to ignore.
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ])("W15 the low-order point %s gives no secret (section 6.1)", (point) => {
    expect(sharedSecret(counting(1, 32), hex(point))).toBeUndefined();
  });
});

test("X25519 is the library's here, not JavaScript's", () => {
  expect(keyPairOf(counting(1, 32))).toBeInstanceOf(NativeKeyPair);
});

describe("BLAKE2s, RFC 7693", () => {
  test("appendix B", () => {
    expect(toHex(hash(Buffer.from("abc")))).toBe("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    expect(toHex(hash(Buffer.from("a"), new Uint8Array(0), Buffer.from("bc")))).toBe(
      "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
    );
  });

  // Computed with Python's hashlib.blake2s(digest_size=16).
  test.each([
    [0, "9536f9b267655743dee97b8a670f9f53"],
    [1, "13bacfb85b48a1223c595f8c1e7e82cb"],
    [64, "f1efa90d2547036841ecd3627fafbc36"],
    [65, "811ff8686d23a435ecbd0bdafcd27b1b"],
    [116, "072e94ffbfc684bd8ab2a1b9dade2fd5"],
  ])("keyed, 16 bytes out, %i bytes in", (length, out) => {
    expect(toHex(mac(counting(0, 32), counting(0, length)))).toBe(out);
  });

  test("keyed with the 16 bytes of a cookie", () => {
    expect(toHex(mac(counting(0, 16), counting(0, 100)))).toBe("56301549e674c3b72a0e1dafb7a2c620");
  });
});

describe("XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03 appendix A.3.1", () => {
  const plaintext = Buffer.from(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  );
  const sealed =
    "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39" +
    "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9" +
    "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49";
  const [key, nonce, aad] = [counting(0x80, 32), counting(0x40, 24), hex("50515253c0c1c2c3c4c5c6c7")];

  test("sealing and opening", () => {
    expect(toHex(xseal(key, nonce, plaintext, aad))).toBe(sealed);
    expect(toHex(xopen(key, nonce, hex(sealed), aad))).toBe(toHex(plaintext));
    expect(xopen(key, nonce, hex(sealed), hex("00"))).toBeUndefined();
  });
});

describe("WireGuard", () => {
  test("the chaining key and hash that every handshake starts from", () => {
    expect(toHex(INITIAL_CHAIN_KEY)).toBe("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36");
    expect(toHex(INITIAL_HASH)).toBe("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3");
  });

  // The vectors of wireguard-go's TestKDF.
  test.each([
    [
      "746573742d6b6579",
      "746573742d696e707574",
      "6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633",
      "df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a",
      "fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24",
    ],
    [
      "776972656775617264",
      "776972656775617264",
      "491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8",
      "1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f",
      "31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160",
    ],
    [
      "",
      "",
      "8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0",
      "58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e",
      "0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e",
    ],
  ])("key derivation of %j", (key, input, ...out) => {
    for (const outputs of [1, 2, 3] as const)
      expect(kdf(hex(key), hex(input), outputs).map(toHex)).toEqual(out.slice(0, outputs));
  });
});
