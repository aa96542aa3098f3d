import {
  CONFIG_KEYS,
  type ConfigLine,
  configLines,
  entryValue,
  joinLines,
  SECRET_KEYS,
} from "../../../shared/config-lines.ts";

/**
 * The form of a configuration. The text is what is edited: a form is read from it, and a change in the form rewrites the one
 * line that it is about, so that comments, order and keys that nobody here knows stay.
 */

export interface ConfigField {
  /** As wg-quick spells it. */
  readonly key: string;
  /** Of several lines with this key in the section, which one. */
  readonly ordinal: number;
  readonly value: string;
  /** Counted from 1; null while the section has no such line. */
  readonly line: number | null;
  readonly isSecret: boolean;
  readonly isOneOfSeveral: boolean;
}

export interface ConfigSection {
  readonly kind: "interface" | "peer";
  /** Its number among all sections, as in ConfigLine. */
  readonly section: number;
  /** Of its header, counted from 1. */
  readonly line: number;
  readonly fields: readonly ConfigField[];
  /** What is kept and not applied. */
  readonly others: readonly { readonly key: string; readonly line: number }[];
}

export function sectionsOf(text: string): ConfigSection[] {
  const lines = configLines(text);
  return lines.flatMap(({ kind, name, section }, index) => {
    if (kind !== "header" || (name !== "interface" && name !== "peer")) return [];
    const entries = lines.flatMap((line, at) =>
      line.section === section && line.kind === "entry" ? [{ ...line, line: at + 1 }] : [],
    );
    const known = new Set(CONFIG_KEYS[name].map((key) => key.toLowerCase()));
    return [
      {
        kind: name,
        section,
        line: index + 1,
        fields: CONFIG_KEYS[name].flatMap((key) => fieldsOf(key, entries)),
        others: entries
          .filter((entry) => !known.has(entry.name))
          .map((entry) => ({ key: entry.text.slice(0, entry.text.indexOf("=")).trim(), line: entry.line })),
      },
    ];
  });
}

function fieldsOf(key: string, entries: readonly (ConfigLine & { readonly line: number })[]): ConfigField[] {
  const name = key.toLowerCase();
  const found = entries.filter((entry) => entry.name === name);
  const common = { key, isSecret: SECRET_KEYS.has(name), isOneOfSeveral: found.length > 1 };
  if (found.length === 0) return [{ ...common, ordinal: 0, value: "", line: null }];
  return found.map((entry, ordinal) => ({ ...common, ordinal, value: entryValue(entry), line: entry.line }));
}

/**
 * The text with this value in the field's line; a line is added after the section's last one where there is none. An empty
 * value takes the only line of its key away, but for its comment; of several lines it leaves an empty one to be filled.
 */
export function withValue(text: string, section: number, field: ConfigField, typed: string): string {
  // A "#" would begin a comment, and a line break another line.
  const value = typed.replace(/[#\r\n]/g, "").trim();
  const lines = configLines(text);
  if (field.line === null) return value === "" ? text : withEntry(text, lines, section, `${field.key} = ${value}`);
  const at = field.line - 1;
  const line = lines[at];
  if (line === undefined) return text;
  if (value === "" && !field.isOneOfSeveral) return withoutLine(text, field.line);
  const changed = line.text.slice(0, line.valueFrom) + value + line.text.slice(line.valueTo);
  return joinLines(lines.map((one, index) => (index === at ? { text: changed, end: one.end } : one)));
}

/** Takes an entry's line away; its comment stays. */
export function withoutLine(text: string, line: number): string {
  return joinLines(
    configLines(text).flatMap((one, index) => {
      if (index !== line - 1) return [one];
      const comment = one.text.slice(one.commentFrom);
      return comment === "" ? [] : [{ text: comment, end: one.end }];
    }),
  );
}

/** A peer goes with all that stands in its section; comments right above the next section belong to that one. */
export function withoutSection(text: string, section: number): string {
  const lines = configLines(text);
  const from = lines.findIndex((line) => line.section === section);
  if (from === -1) return text;
  const next = lines.findIndex((line) => line.section > section);
  let to = next === -1 ? lines.length : next;
  while (next !== -1 && to > from + 1 && lines[to - 1]?.text.trimStart().startsWith("#") === true) to--;
  return joinLines([...lines.slice(0, from), ...lines.slice(to)]);
}

/** The placeholders of a text as it was given out: what else looks like one stands for no key. */
export function keptTokens(text: string): ReadonlySet<string> {
  return new Set(text.match(/\(kept \d+\)/g));
}

/** The private key of this computer as a text has it: a placeholder, or "". */
export function ownKey(text: string): string {
  const own = sectionsOf(text).find(({ kind }) => kind === "interface");
  return own?.fields.find(({ key }) => key === "PrivateKey")?.value ?? "";
}

/** With this computer at the start, before whatever comment and peer there are. */
export function withInterface(text: string, privateKey: string): string {
  const end = lineEnd(configLines(text));
  const rest = text.trim() === "" ? "" : `${end}${text}`;
  return `[Interface]${end}PrivateKey = ${privateKey}${end}${rest}`;
}

/** With a peer at the end that is still to be filled in. */
export function withPeer(text: string): string {
  const end = lineEnd(configLines(text));
  const gap = text === "" || /[\r\n]$/.test(text) ? "" : end;
  return `${text}${gap}${end}[Peer]${end}PublicKey = ${end}`;
}

function withEntry(text: string, lines: readonly ConfigLine[], section: number, entry: string): string {
  const at = lines.findLastIndex((line) => line.section === section && line.kind !== "other");
  const before = lines[at];
  if (before === undefined) return text;
  const end = lineEnd(lines);
  return joinLines([
    ...lines.slice(0, at),
    { text: before.text, end: before.end === "" ? end : before.end },
    { text: entry, end: before.end },
    ...lines.slice(at + 1),
  ]);
}

function lineEnd(lines: readonly ConfigLine[]): string {
  return lines.find(({ end }) => end !== "")?.end ?? "\n";
}
