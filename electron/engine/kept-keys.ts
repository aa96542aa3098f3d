import { createHash } from "node:crypto";
import {
  CONFIG_KEYS,
  type ConfigLine,
  configLines,
  entryValue,
  joinLines,
  keptToken,
  SECRET_KEYS,
  withoutKeys,
} from "../../shared/config-lines.ts";

/**
 * A page that edits a stored configuration is not given its keys. It gets the text with a placeholder for each, and where a
 * placeholder comes back, the key's own characters take its place again, whatever was changed around it.
 *
 * A page could move a placeholder to where its key would be shown: into an endpoint, which peers.list tells, or into a value
 * of a list. So one is filled in only where we never tell what stands there: values of secret keys, of keys that are not
 * applied, comments, and lines that are no entry, which faults quote without their keys. Everywhere else it stays a word that
 * the reader of configurations refuses.
 */
export interface KeptKeys {
  /** The text with "(kept 1)" and so on for its keys. */
  readonly shown: string;
  /** Changes whenever `shown` does. */
  readonly revision: string;
  /** `text` with the keys that its placeholders stand for. */
  fillIn(text: string): string;
}

const TOKEN = /\(kept (\d{1,9})\)/g;

const TOLD = {
  interface: toldIn("interface"),
  peer: toldIn("peer"),
};

export function keptKeys(stored: string): KeptKeys {
  // A number that stands in the file as text of its own is not ours to use.
  const taken = new Set([...stored.matchAll(TOKEN)].map(([, number]) => Number(number)));
  const numbers = new Map<string, number>();
  const secrets = new Map<number, string>();
  let last = 0;
  const tokenOf = (secret: string): string => {
    let number = numbers.get(secret);
    if (number === undefined) {
      do number = ++last;
      while (taken.has(number));
      numbers.set(secret, number);
      secrets.set(number, secret);
    }
    return keptToken(number);
  };
  const shown = inSecretPlaces(stored, (part, isKey) =>
    isKey && part !== "" ? tokenOf(part) : withoutKeys(part, tokenOf),
  );
  return {
    shown,
    revision: createHash("sha256").update(shown).digest("hex").slice(0, 32),
    fillIn: (text) =>
      inSecretPlaces(text, (part) =>
        part.replace(TOKEN, (token, number: string) => secrets.get(Number(number)) ?? token),
      ),
  };
}

function toldIn(section: keyof typeof CONFIG_KEYS): ReadonlySet<string> {
  return new Set(CONFIG_KEYS[section].map((key) => key.toLowerCase()).filter((key) => !SECRET_KEYS.has(key)));
}

/** Changes only what nobody is told: `change` gets values (`isKey`: of PrivateKey or PresharedKey), comments and what is no entry. */
function inSecretPlaces(text: string, change: (part: string, isKey: boolean) => string): string {
  let section = "";
  return joinLines(
    configLines(text).map((line) => {
      if (line.kind === "header") section = line.name;
      const { end, valueFrom, valueTo, commentFrom } = line;
      const comment = (): string => change(line.text.slice(commentFrom), false);
      if (line.kind !== "entry") return { text: change(line.text.slice(0, commentFrom), false) + comment(), end };
      const value = isSecretPlace(line, section)
        ? change(entryValue(line), SECRET_KEYS.has(line.name))
        : entryValue(line);
      return { text: line.text.slice(0, valueFrom) + value + line.text.slice(valueTo, commentFrom) + comment(), end };
    }),
  );
}

function isSecretPlace({ name }: ConfigLine, section: string): boolean {
  return (section !== "interface" && section !== "peer") || !TOLD[section].has(name);
}
