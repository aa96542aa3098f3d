/**
 * A wg-quick file as its lines, for those who show or change one and leave all others as they are, to the byte. It has no
 * opinion on values: electron/wireguard/config-file.ts, which reads lines in the same way, says what is valid.
 */

export interface ConfigLine {
  /** Without its end. */
  readonly text: string;
  readonly end: string;
  /** Of the line's section: the number of its header, from 0 on; -1 before the first one. */
  readonly section: number;
  readonly kind: "header" | "entry" | "other";
  /** Of a header its name without brackets, of an entry its key; in lower case. */
  readonly name: string;
  /** Of an entry: where its value stands in `text`; elsewhere both are where the comment begins. */
  readonly valueFrom: number;
  readonly valueTo: number;
  /** Where the comment begins, with its "#"; the length of `text` without one. */
  readonly commentFrom: number;
}

/** What this program applies, by section, in the order in which a form shows it. */
export const CONFIG_KEYS = {
  interface: ["PrivateKey", "Address", "DNS", "MTU", "ListenPort"],
  peer: ["PublicKey", "PresharedKey", "Endpoint", "AllowedIPs", "PersistentKeepalive"],
} as const;

/** Never shown to a page. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(["privatekey", "presharedkey"]);

/** A key in base64, also one of which a character is missing or too many: an old one in a comment is as secret. */
const LIKE_A_KEY = /[A-Za-z0-9+/]{42,}={0,2}/g;

/** `text` with whatever looks like a key changed; left out without `change`. */
export function withoutKeys(text: string, change: (key: string) => string = () => "…"): string {
  return text.replace(LIKE_A_KEY, change);
}

/** What stands for the secret of this number in a text that a page is given: see engine/kept-keys.ts. */
export function keptToken(number: number): string {
  return `(kept ${number})`;
}

export function isKeptToken(value: string): boolean {
  return /^\(kept \d+\)$/.test(value);
}

/** As many as an editor counts: the text after the last line end is a line, if an empty one. */
export function configLines(text: string): ConfigLine[] {
  const parts = text.split(/(\r\n|\n|\r)/);
  const lines: ConfigLine[] = [];
  let section = -1;
  for (let i = 0; i < parts.length; i += 2) {
    const line = readLine(parts[i] ?? "");
    if (line.kind === "header") section++;
    lines.push({ ...line, end: parts[i + 1] ?? "", section });
  }
  return lines;
}

export function joinLines(lines: readonly Pick<ConfigLine, "text" | "end">[]): string {
  return lines.map(({ text, end }) => text + end).join("");
}

export function entryValue({ text, valueFrom, valueTo }: ConfigLine): string {
  return text.slice(valueFrom, valueTo);
}

function readLine(text: string): Omit<ConfigLine, "end" | "section"> {
  const hash = text.indexOf("#");
  const commentFrom = hash === -1 ? text.length : hash;
  const said = text.slice(0, commentFrom);
  const bare = said.trim();
  const nothing = { text, commentFrom, valueFrom: commentFrom, valueTo: commentFrom };
  if (bare.startsWith("[")) {
    return { ...nothing, kind: "header", name: /^\[(.*)\]$/.exec(bare)?.[1]?.toLowerCase() ?? "" };
  }
  const equals = said.indexOf("=");
  const name = said.slice(0, Math.max(0, equals)).trim().toLowerCase();
  // Whatever else stands before a "=" may be a key in base64, whose last character it is.
  if (!/^[a-z]\w{0,31}$/.test(name)) return { ...nothing, kind: "other", name: "" };
  const after = said.slice(equals + 1);
  const value = after.trim();
  // An empty value stands after the space that follows "=", if there is one.
  const lead = value === "" ? Math.min(1, after.length) : after.length - after.trimStart().length;
  const valueFrom = equals + 1 + lead;
  return { text, commentFrom, kind: "entry", name, valueFrom, valueTo: valueFrom + value.length };
}
