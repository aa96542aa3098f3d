import { describe, expect, test } from "vitest";
import { CulvertError } from "../../../electron/base/errors.ts";
import { parseCredential, redact, tokenKind } from "../../../electron/platform/token.ts";

describe("token kinds", () => {
  test.each([
    ["fm2_lJPECAAA", "macaroon"],
    ["fm1r_abc", "macaroon"],
    ["fm1a_abc", "macaroon"],
    ["fo1_abc", "oauth"],
    ["fm3_abc", "oauth"],
    ["FM2_abc", "oauth"],
    ["no-underscore", "oauth"],
    ["fm2", "oauth"],
    ["_fm2_", "oauth"],
  ])("%s is %s", (token, kind) => {
    expect(tokenKind(token)).toBe(kind);
  });
});

describe("the Authorization header", () => {
  test.each([
    ["fo1_a", "Bearer fo1_a"],
    ["  fo1_a \n", "Bearer fo1_a"],
    ["Bearer fo1_a", "Bearer fo1_a"],
    ["FlyV1 fm2_a", "FlyV1 fm2_a"],
    ["fm2_a", "FlyV1 fm2_a"],
    ["Bearer fm2_a", "FlyV1 fm2_a"],
    ["FlyV1 fo1_a", "Bearer fo1_a"],
    ["fo1_a,fm2_b , fm2_c", "FlyV1 fm2_b,fm2_c,fo1_a"],
    ["FlyV1 fm2_a, Bearer fo1_b", "FlyV1 fm2_a,fo1_b"],
    ["fm2_a,,\n fm2_b,", "FlyV1 fm2_a,fm2_b"],
    ["fm2_a+b/c==", "FlyV1 fm2_a+b/c=="],
  ])("%j becomes %j", (text, header) => {
    expect(parseCredential(text).authorization).toBe(header);
  });

  test.each(["", "  ", ",", "FlyV1 ", "fo1_a b", "fo1_\u00e9", "fo1_a\nfo1_b", "fo1_\u0000"])(
    "%j is refused, and not repeated",
    (text) => {
      let thrown: unknown;
      try {
        parseCredential(text);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(CulvertError);
      expect(thrown).toMatchObject({ code: "unauthorized" });
      if (text.includes("fo1")) expect(String(thrown)).not.toContain("fo1");
    },
  );
});

describe("redaction", () => {
  const credential = parseCredential("FlyV1 fm2_c2VjcmV0+/=,fo1_TopSecret$&");

  test("takes out each token, whole, bare and in any case", () => {
    expect(redact("a fm2_c2VjcmV0+/= b", credential)).toBe("a [token] b");
    expect(redact("TopSecret$& twice TopSecret$&", credential)).toBe("[token] twice [token]");
    expect(redact("https://topsecret$&.example", credential)).toBe("https://[token].example");
  });

  test("leaves everything else", () => {
    expect(redact("secret", credential)).toBe("secret");
  });
});
