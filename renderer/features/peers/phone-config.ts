import { CONFIG_KEYS, configLines, entryValue } from "../../../shared/config-lines.ts";

/** What version 40 holds of bytes, with the least correction (ISO/IEC 18004, table 7). */
const MOST_BYTES = 2953;

/**
 * A configuration for WireGuard's app on a phone, whose reader refuses a text with any key that it does not know: the keys that
 * both know, without comments, which would make the code finer. The others' names, as they were written.
 */
export function phoneConfig(text: string): { text: string; leftOut: string[] } {
  let known: ReadonlyMap<string, string> = new Map();
  const kept: string[] = [];
  const leftOut: string[] = [];
  for (const line of configLines(text)) {
    if (line.kind === "header") {
      const isSection = line.name === "interface" || line.name === "peer";
      known = new Map(isSection ? CONFIG_KEYS[line.name].map((key) => [key.toLowerCase(), key]) : []);
      if (isSection) kept.push(line.name === "interface" ? "[Interface]" : "[Peer]");
    } else if (line.kind === "entry") {
      const key = known.get(line.name);
      if (key === undefined) leftOut.push(line.text.slice(0, line.text.indexOf("=")).trim());
      else if (entryValue(line) !== "") kept.push(`${key} = ${entryValue(line)}`);
    }
  }
  return { text: `${kept.join("\n")}\n`, leftOut: [...new Set(leftOut)] };
}

/** A QR code as it is drawn: its width in modules, the quiet zone of four around it included, and its dark ones as a path. */
export interface QrDrawing {
  readonly size: number;
  readonly path: string;
}

/** Null where the text is too long for one. The library comes with the first request. */
export async function qrOf(text: string): Promise<QrDrawing | null> {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return null;
  const { encode } = await import("uqr");
  const { size, data } = encode(text, { ecc: "L", boostEcc: true, border: 4 });
  return { size, path: data.map((row, y) => rowPath(row, y)).join("") };
}

/** Dark modules beside each other as one piece: two would leave a hair between them. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (row[x] !== true) continue;
    const from = x;
    while (row[x + 1] === true) x++;
    path += `M${from} ${y}h${x + 1 - from}v1H${from}z`;
  }
  return path;
}
