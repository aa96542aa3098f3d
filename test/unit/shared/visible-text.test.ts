import { describe, expect, it } from "vitest";
import { shownName, visibleText } from "../../../shared/visible-text.ts";

const UNSEEN = [
  0x00, 0x0a, 0x1b, 0x7f, 0x9b, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200d, 0x200f, 0x2028,
  0x2029, 0x202e, 0x2060, 0x2066, 0x206a, 0x2800, 0x3164, 0xfe0f, 0xfeff, 0xfff9, 0xffa0, 0x1d173, 0xe0041, 0xe0100,
];

describe("#26 a name that calls need as it is", () => {
  it("tells names apart that look alike: what hides or turns in them is named", () => {
    expect(shownName("web\u200b")).toBe("web‹U+200B›");
    expect(shownName("web\u202etxt.dorp")).toBe("web‹U+202E›txt.dorp");
    expect(shownName("w\u{e0041}\u0007")).toBe("w‹U+E0041›‹U+0007›");
    expect(shownName("api-1 שלום 日本")).toBe("api-1 שלום 日本");
  });
});

describe("visibleText", () => {
  it.each(UNSEEN.map((code) => [code.toString(16), String.fromCodePoint(code)]))("takes U+%s out", (_, character) => {
    expect(visibleText(`a${character}b${character}`)).toBe("ab");
  });

  it("leaves words of every script, spaces and plain emoji", () => {
    const text = "root@web: ~/srv — Ünïcode 日本 שלום नमस्ते 🚀 ⣿";
    expect(visibleText(text)).toBe(text);
  });
});
