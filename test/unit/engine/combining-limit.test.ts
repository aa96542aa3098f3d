import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
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

/** The longest text of a cell, after a terminal as ours has drawn it. */
async function longestCell(input: Uint8Array, size: number): Promise<number> {
  const terminal = new xterm.Terminal({ logLevel: "off", cols: 80, rows: 5, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const limit = new CombiningLimit();
  for (let at = 0; at < input.length; at += size) terminal.write(limit.filter(input.slice(at, at + size)));
  await new Promise<void>((resolve) => terminal.write("", resolve));
  const cells = Array.from({ length: 80 }, (_, x) => terminal.buffer.active.getLine(0)?.getCell(x)?.getChars() ?? "");
  return Math.max(...cells.map((cell) => [...cell].length));
}

const between = (mark: number[], other: number[]): Uint8Array =>
  Uint8Array.from([0x61, ...Array.from({ length: 500 }, () => [...mark, ...other]).flat()]);
const ACUTE = [0xcc, 0x81];

test.each([
  ["DEL", [0x7f]],
  ["a byte that begins nothing", [0xff]],
  ["a byte that only goes on", [0x80]],
  ["a character in more bytes than it takes", [0xc1, 0x81]],
  ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
  ["a byte order mark", [0xef, 0xbb, 0xbf]],
])("what a terminal leaves out does not end a run: %s", async (_, other) => {
  for (const size of [1, 3, 1000]) expect(await longestCell(between(ACUTE, other), size)).toBeLessThanOrEqual(17);
});

test("whatever has no width for the terminal is counted", async () => {
  const terminal = new xterm.Terminal({ allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const uncounted: string[] = [];
  for (let code = 0x300; code <= 0x10ffff; code++) {
    if ((code >= 0xd800 && code <= 0xdfff) || widthOf(terminal, code) !== 0) continue;
    const seventeen = bytes(String.fromCodePoint(code).repeat(17));
    if (new CombiningLimit().filter(seventeen).length === seventeen.length) uncounted.push(code.toString(16));
  }
  expect(uncounted).toEqual([]);
});

/** By the service behind the public API. */
function widthOf(terminal: xterm.Terminal, code: number): number {
  const core = Reflect.get(terminal, "_core") as { unicodeService: { wcwidth(code: number): number } };
  return core.unicodeService.wcwidth(code);
}
