/** Comes with the program; every metric of a terminal fits it. */
const BUNDLED = '"JetBrains Mono Variable", ui-monospace, monospace';
export const BUNDLED_NAME = "JetBrains Mono";
const GENERIC = /^(ui-monospace|monospace|system-ui|ui-sans-serif|sans-serif|serif|fantasy|cursive)$/i;

/** What a person asked for, by name or as a list. */
export function fontNames(chosen: string): string[] {
  return chosen
    .split(",")
    .map((name) => name.replaceAll(/["'\\;{}]/g, "").trim())
    .filter((name) => name !== "");
}

/** It is of the browser, or of this program, whatever the computer has. */
export function isAlwaysThere(name: string): boolean {
  return GENERIC.test(name) || name.toLowerCase() === BUNDLED_NAME.toLowerCase();
}

/** What a person asked for, and behind it the font that is always there. */
export function fontStack(chosen: string): string {
  return [...fontNames(chosen).map((name) => (GENERIC.test(name) ? name : `"${name}"`)), BUNDLED].join(", ");
}
