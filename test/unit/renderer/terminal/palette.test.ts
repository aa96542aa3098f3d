import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The colours of terminals, as tokens.css has them, by WCAG 2's contrast of two colours. */

const css = readFileSync(new URL("../../../../renderer/ui/tokens.css", import.meta.url), "utf8");

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const NAMES = ["red", "green", "yellow", "blue", "magenta", "cyan"];

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("#29 the palette, %s", (_theme, selector) => {
  const tokens = tokensOf(selector);
  const colour = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`no --${name}`);
    return value;
  };

  it.each(NAMES)("%s is readable on the terminal's ground, bright or not", (name) => {
    expect(contrast(colour(`term-${name}`), colour("canvas"))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour(`term-bright-${name}`), colour("canvas"))).toBeGreaterThanOrEqual(3);
  });

  it("selected text is readable, in the window with and without the focus, and so is what was found", () => {
    for (const ground of ["term-selection", "term-selection-off"]) {
      expect(contrast(colour("term-selection-text"), colour(ground))).toBeGreaterThanOrEqual(7);
    }
    for (const ground of ["term-find", "term-find-active"]) {
      expect(contrast(colour("text"), colour(ground))).toBeGreaterThanOrEqual(4.5);
      expect(ground === "term-find" ? colour("term-find-active") : colour("term-find")).not.toBe(colour(ground));
    }
  });

  it("what is selected is seen to be", () => {
    expect(contrast(colour("term-selection"), colour("canvas"))).toBeGreaterThanOrEqual(1.3);
  });

  it("the colours differ from each other", () => {
    const all = NAMES.map((name) => colour(`term-${name}`));
    expect(new Set(all).size).toBe(NAMES.length);
  });
});
