/** Comes with the program; every metric of a terminal fits it. */
const BUNDLED = '"JetBrains Mono Variable", ui-monospace, monospace';
const GENERIC = /^(ui-monospace|monospace|system-ui|ui-sans-serif|sans-serif|serif|fantasy|cursive)$/i;

/** What a person asked for, by name or as a list, and behind it the font that is always there. */
export function fontStack(chosen: string): string {
  const names = chosen
    .split(",")
    .map((name) => name.replaceAll(/["'\\;{}]/g, "").trim())
    .filter((name) => name !== "")
    .map((name) => (GENERIC.test(name) ? name : `"${name}"`));
  return [...names, BUNDLED].join(", ");
}
