import { BUNDLED_NAME, fontNames, isAlwaysThere } from "../terminal/terminal-font.ts";

/** The width of a text in a CSS font list; undefined where nothing can be measured. */
export type Measure = (fonts: string) => number | undefined;

/** Wide and narrow letters, and two of a font of symbols, which has no letters. */
const SAMPLE = "mmmmmmmmmmlliW@\ue0b0\uf015";
/** A font of the computer may be what one of these stands for, but not all. */
const FALLBACKS = ["monospace", "sans-serif", "serif"];

/** Fonts that were asked for and are not there, up to the first that is, and what terminals are drawn with instead. */
export interface MissingFont {
  readonly names: readonly string[];
  readonly drawn: string;
}

export function missingFont(chosen: string, measure: Measure = measured): MissingFont | undefined {
  const names = fontNames(chosen);
  const at = names.findIndex((name) => isThere(name, measure));
  const missing = at === -1 ? names : names.slice(0, at);
  return missing.length === 0 ? undefined : { names: missing, drawn: names[at] ?? BUNDLED_NAME };
}

/**
 * Measured, as `document.fonts.check` says true of a name that no @font-face has (CSS Font Loading 3, 4.2: so that a page
 * cannot ask what is installed). A text is as wide as in each fallback only where each was taken in place of the font.
 */
function isThere(name: string, measure: Measure): boolean {
  if (isAlwaysThere(name)) return true;
  return FALLBACKS.some((fallback) => {
    const alone = measure(fallback);
    return alone === undefined || measure(`"${name}", ${fallback}`) !== alone;
  });
}

let context: CanvasRenderingContext2D | null | undefined;

function measured(fonts: string): number | undefined {
  context ??= document.createElement("canvas").getContext("2d");
  if (context === null) return undefined;
  context.font = `72px ${fonts}`;
  return context.measureText(SAMPLE).width;
}
