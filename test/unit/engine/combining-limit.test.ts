import fc from "fast-check";
import { expect, test } from "vitest";
import { CombiningLimit } from "../../../electron/engine/sessions/combining-limit.ts";
import { seed } from "../../support/seed.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function filterInChunks(input: Uint8Array, size: number): string {
  const limit = new CombiningLimit();
  const out: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += size) out.push(limit.filter(input.slice(at, at + size)));
  return Buffer.concat(out).toString();
}

test.each([1, 2, 3, 1000])("marks beyond sixteen in a row go, in chunks of %i", (size) => {
  const input = `a${"\u0301".repeat(1000)}b${"\u0301".repeat(3)}`;
  expect(filterInChunks(bytes(input), size)).toBe(`a${"\u0301".repeat(16)}b${"\u0301".repeat(3)}`);
});

test("a run that goes on over many chunks stays cut", () => {
  const limit = new CombiningLimit();
  let kept = 0;
  for (let i = 0; i < 10_000; i++) kept += limit.filter(bytes("\u0301".repeat(10))).length;
  expect(kept).toBe(32);
});

test.each(["plain ASCII\r\n\x1b[31m", "café naïve", "日本語テキスト", "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈", "สวัสดี नमस्ते שָׁלוֹם", "ỡ"])(
  "%j passes whole, however it is cut",
  (text) => {
    for (const size of [1, 2, 3, 5, 100]) expect(filterInChunks(bytes(text), size)).toBe(text);
  },
);

test("any bytes at all, valid or not, come out unchanged but for a character that is still incomplete", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (input, size) => {
      const limit = new CombiningLimit();
      const out: Uint8Array[] = [];
      for (let at = 0; at < input.length; at += size)
        out.push(Uint8Array.from(limit.filter(input.slice(at, at + size))));
      // A byte that ends every sequence brings out what was held back.
      out.push(Uint8Array.from(limit.filter(Uint8Array.of(0x0a))));
      expect(Buffer.concat(out)).toEqual(Buffer.concat([input, Uint8Array.of(0x0a)]));
    }),
    { seed: seed() },
  );
});
