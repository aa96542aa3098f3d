import { CONFIG_KEYS, configLines, entryValue, withoutKeys } from "../../../shared/config-lines.ts";

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
  /** What is kept and not carried out: what belongs to a system tunnel, and what nobody here knows; with its line. */
  readonly notApplied: readonly { readonly line: number; readonly key: string }[];
  /** Why nothing can be reached with it, however valid it is. */
  readonly gaps: readonly ConfigGap[];
}

export type ConfigGap = "address" | "allowed-ips" | "endpoint";

interface PeerPreview {
  readonly endpoint: string | null;
  readonly allowedIps: readonly string[];
  readonly keepalive: string | null;
  readonly hasPresharedKey: boolean;
}

interface Entry {
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

type Section = { readonly name: string; readonly entries: Entry[] };

export function previewConfig(text: string): ConfigPreview {
  const sections = sectionsOf(text);
  const own = sections.filter(({ name }) => name === "interface").flatMap(({ entries }) => entries);
  const addresses = list(own, "address");
  const peers = sections
    .filter(({ name }) => name === "peer")
    .map(({ entries }) => ({
      endpoint: list(entries, "endpoint")[0] ?? null,
      allowedIps: list(entries, "allowedips"),
      keepalive: list(entries, "persistentkeepalive")[0] ?? null,
      hasPresharedKey: list(entries, "presharedkey").length > 0,
    }));
  return {
    addresses,
    dns: list(own, "dns"),
    mtu: list(own, "mtu")[0] ?? null,
    hasPrivateKey: list(own, "privatekey").length > 0,
    peers,
    notApplied: sections.flatMap(notAppliedIn),
    gaps: gapsOf(addresses, peers),
  };
}

function gapsOf(addresses: readonly string[], peers: readonly PeerPreview[]): ConfigGap[] {
  const gaps: ConfigGap[] = addresses.length === 0 ? ["address"] : [];
  const routed = peers.filter(({ allowedIps }) => allowedIps.length > 0);
  if (routed.length === 0) gaps.push("allowed-ips");
  else if (routed.every(({ endpoint }) => endpoint === null)) gaps.push("endpoint");
  return gaps;
}

function notAppliedIn({ name, entries }: Section): ConfigPreview["notApplied"] {
  if (name !== "interface" && name !== "peer") return [];
  const applied = new Set(CONFIG_KEYS[name].map((key) => key.toLowerCase()));
  return entries.filter(({ key }) => !applied.has(key.toLowerCase())).map(({ line, key }) => ({ line, key }));
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  for (const [index, line] of configLines(text).entries()) {
    if (line.kind === "header") sections.push({ name: line.name, entries: [] });
    if (line.kind !== "entry") continue;
    const key = line.text.slice(0, line.text.indexOf("=")).trim();
    sections.at(-1)?.entries.push({ line: index + 1, key, value: withoutKeys(entryValue(line)) });
  }
  return sections;
}

function list(entries: readonly Entry[], key: string): string[] {
  return entries
    .filter((entry) => entry.key.toLowerCase() === key)
    .flatMap(({ value }) => value.split(","))
    .map((value) => value.trim())
    .filter(Boolean);
}
