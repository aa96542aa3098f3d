/**
 * A tolerant reading of a wg-quick file for the preview, while it is typed. The host's reader decides what is valid; this
 * one only shows what was understood, and never shows a key.
 */

export interface ConfigPreview {
  readonly addresses: readonly string[];
  readonly dns: readonly string[];
  readonly mtu: string | null;
  readonly hasPrivateKey: boolean;
  readonly peers: readonly PeerPreview[];
  /** Keys that belong to a system tunnel and are never carried out here, with their line. */
  readonly notApplied: readonly { readonly line: number; readonly key: string }[];
}

interface PeerPreview {
  readonly endpoint: string | null;
  readonly allowedIps: readonly string[];
  readonly keepalive: string | null;
  readonly hasPresharedKey: boolean;
}

const NOT_APPLIED = new Set(["preup", "postup", "predown", "postdown", "table", "saveconfig", "fwmark"]);

interface Entry {
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

export function previewConfig(text: string): ConfigPreview {
  const sections = sectionsOf(text);
  const own = sections.filter(({ name }) => name === "interface").flatMap(({ entries }) => entries);
  return {
    addresses: list(own, "address"),
    dns: list(own, "dns"),
    mtu: list(own, "mtu")[0] ?? null,
    hasPrivateKey: list(own, "privatekey").length > 0,
    peers: sections
      .filter(({ name }) => name === "peer")
      .map(({ entries }) => ({
        endpoint: list(entries, "endpoint")[0] ?? null,
        allowedIps: list(entries, "allowedips"),
        keepalive: list(entries, "persistentkeepalive")[0] ?? null,
        hasPresharedKey: list(entries, "presharedkey").length > 0,
      })),
    notApplied: own.filter(({ key }) => NOT_APPLIED.has(key.toLowerCase())).map(({ line, key }) => ({ line, key })),
  };
}

function sectionsOf(text: string): { name: string; entries: Entry[] }[] {
  const sections: { name: string; entries: Entry[] }[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.replace(/#.*$/, "").trim();
    const header = /^\[(\w+)\]$/.exec(line);
    if (header?.[1] !== undefined) {
      sections.push({ name: header[1].toLowerCase(), entries: [] });
      return;
    }
    const at = line.indexOf("=");
    if (at > 0) {
      sections.at(-1)?.entries.push({
        line: index + 1,
        key: line.slice(0, at).trim(),
        value: line.slice(at + 1).trim(),
      });
    }
  });
  return sections;
}

function list(entries: readonly Entry[], key: string): string[] {
  return entries
    .filter((entry) => entry.key.toLowerCase() === key)
    .flatMap(({ value }) => value.split(","))
    .map((value) => value.trim())
    .filter(Boolean);
}
