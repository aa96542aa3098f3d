import { createHash } from "node:crypto";
import {
  CONFIG_KEYS,
  type ConfigLine,
  configLines,
  entryValue,
  joinLines,
  keptToken,
  SECRET_KEYS,
} from "../../shared/config-lines.ts";

/**
 * A page that edits a stored configuration is not given its keys. It gets the text with a placeholder for each, and where a
 * placeholder comes back, the key's own characters take its place again, whatever was changed around it.
 *
 * A page could move a placeholder to where its key would be shown: into an endpoint, which peers.list tells, or into a value
 * that a fault quotes. So one is filled in only where we never tell what stands there: values of secret keys, of keys that
 * are not applied, and comments. Everywhere else it stays a word that the reader of configurations refuses.
 */
export interface KeptKeys {
  /** The text with "(kept 1)" and so on for its keys. */
  readonly shown: string;
  /** Changes whenever `shown` does. */
  readonly revision: string;
  /** `text` with the keys that its placeholders stand for. */
  fillIn(text: string): string;
}

/** A key of 32 bytes in base64, also one in the middle of other text: an old one in a comment is as secret. */
const KEY = /[A-Za-z0-9+/]{43}=/g;
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
    isKey && part !== "" ? tokenOf(part) : part.replace(KEY, tokenOf),
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

/** Changes only what nobody is told: `change` gets values (`isKey`: of PrivateKey or PresharedKey) and comments. */
function inSecretPlaces(text: string, change: (part: string, isKey: boolean) => string): string {
  let section = "";
  return joinLines(
    configLines(text).map((line) => {
      if (line.kind === "header") section = line.name;
      const { end, valueFrom, valueTo, commentFrom } = line;
      const value = isSecretPlace(line, section)
        ? change(entryValue(line), SECRET_KEYS.has(line.name))
        : entryValue(line);
      const comment = change(line.text.slice(commentFrom), false);
      return { text: line.text.slice(0, valueFrom) + value + line.text.slice(valueTo, commentFrom) + comment, end };
    }),
  );
}

function isSecretPlace({ kind, name }: ConfigLine, section: string): boolean {
  if (kind !== "entry" || (section !== "interface" && section !== "peer")) return false;
  return !TOLD[section].has(name);
}
