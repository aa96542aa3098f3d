import { describe, expect, test } from "vitest";
import { bigPoly1305, createKernel, kernelPoly1305, RfcAead } from "../support/crypto-kernel.ts";

/** The published vectors of RFC 8439 against the kernel. */

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const toHex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("hex");
const counting = (from: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

const SUNSCREEN = utf8(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const CONTRIBUTION = utf8(
  "Any submission to the IETF intended by the Contributor for publication as all or part of an IETF " +
    "Internet-Draft or RFC and any statement made within the context of an IETF activity is considered an " +
    '"IETF Contribution". Such statements include oral statements in IETF sessions, as well as written and ' +
    "electronic communications made at any time or place, which are addressed to",
);
const JABBERWOCKY = utf8(
  "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\nAll mimsy were the borogoves,\n" +
    "And the mome raths outgrabe.",
);

describe("RFC 8439 ChaCha20", () => {
  test("section 2.4.2: the keystream from block 1 on", () => {
    const sealed = new RfcAead(counting(0, 32), hex("000000000000004a00000000"), new Uint8Array(0)).seal(SUNSCREEN);
    expect(toHex(sealed.subarray(0, SUNSCREEN.length))).toBe(
      "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b357" +
        "1639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736" +
        "5af90bbf74a35be6b40b8eedf2785e42874d",
    );
  });
});

describe("RFC 8439 AEAD_CHACHA20_POLY1305", () => {
  test("section 2.8.2", () => {
    const aead = new RfcAead(counting(0x80, 32), hex("070000004041424344454647"), hex("50515253c0c1c2c3c4c5c6c7"));
    const sealed =
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b" +
      "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc" +
      "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691";
    expect(toHex(aead.seal(SUNSCREEN))).toBe(sealed);
    expect(aead.open(hex(sealed))).toEqual(SUNSCREEN);
    const otherAad = new RfcAead(counting(0x80, 32), hex("070000004041424344454647"), hex("50515253c0c1c2c3c4c5c6c8"));
    expect(otherAad.open(hex(sealed))).toBeUndefined();
  });

  test("appendix A.5", () => {
    const aead = new RfcAead(
      hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"),
      hex("000000000102030405060708"),
      hex("f33388860000000000004e91"),
    );
    const text = utf8(
      "Internet-Drafts are draft documents valid for a maximum of six months and may be updated, replaced, or " +
        "obsoleted by other documents at any time. It is inappropriate to use Internet-Drafts as reference " +
        "material or to cite them other than as /\u201cwork in progress./\u201d",
    );
    const sealed = hex(`
      64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0
      bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855
      9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e9
      9040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a
      0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a1049e617d91d361094fa68f0ff77987130
      305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709b eead9d67890cbb22392336fea1851f38`);
    expect(aead.open(sealed)).toEqual(text);
    expect(toHex(aead.seal(text))).toBe(toHex(sealed));
  });
});

describe("RFC 8439 Poly1305", () => {
  const kernel = createKernel();
  const ff = (count: number): string => "ff".repeat(count);
  const zero = (count: number): string => "00".repeat(count);

  test.each([
    [
      "section 2.5.2",
      "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
      utf8("Cryptographic Forum Research Group"),
      "a8061dc1305136c6c22b8baf0c0127a9",
    ],
    ["appendix A.3 #1", zero(32), hex(zero(64)), zero(16)],
    ["#2", `${zero(16)}36e5f6b5c5e06070f0efca96227a863e`, CONTRIBUTION, "36e5f6b5c5e06070f0efca96227a863e"],
    ["#3", `36e5f6b5c5e06070f0efca96227a863e${zero(16)}`, CONTRIBUTION, "f3477e7cd95417af89a6b8794c310cf0"],
    [
      "#4",
      "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
      JABBERWOCKY,
      "4541669a7eaaee61e708dc7cbcc5eb62",
    ],
    ["#5, h reaches p", `02${zero(31)}`, hex(ff(16)), `03${zero(15)}`],
    ["#6, h + s reaches 2^128", `02${zero(15)}${ff(16)}`, hex(`02${zero(15)}`), `03${zero(15)}`],
    ["#7, carries", `01${zero(31)}`, hex(`${ff(16)}f0${ff(15)}11${zero(15)}`), `05${zero(15)}`],
    ["#8, h = p", `01${zero(31)}`, hex(`${ff(16)}fb${"fe".repeat(15)}${"01".repeat(16)}`), zero(16)],
    ["#9, h = p - 1", `02${zero(31)}`, hex(`fd${ff(15)}`), `fa${ff(15)}`],
    [
      "#10, h = 5 H + L of the first kind",
      `010000000000000004${zero(23)}`,
      hex(`e33594d7505e43b9${zero(8)}3394d7505e4379cd01${zero(7)}${zero(16)}01${zero(15)}`),
      "14000000000000005500000000000000",
    ],
    [
      "#11, h = 5 H + L of the second kind",
      `010000000000000004${zero(23)}`,
      hex(`e33594d7505e43b9${zero(8)}3394d7505e4379cd01${zero(7)}${zero(16)}`),
      `13${zero(15)}`,
    ],
  ])("%s", (_name, key, message, tag) => {
    expect(toHex(kernelPoly1305(kernel, hex(key), message))).toBe(tag);
    expect(toHex(bigPoly1305(hex(key), message))).toBe(tag);
  });
});
