/** The grammar of sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT": lines, host patterns, hashed names and markers. */
import { createHmac } from "node:crypto";
import { fromBase64, sameBytes, toBase64, WireReader } from "./wire.ts";

export interface KnownHostEntry {
  readonly marker: "none" | "revoked" | "cert-authority";
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly blob: Uint8Array;
  readonly comment: string;
}

/** What is no entry (a comment, an empty line, something newer than us) is kept word for word. */
export type KnownHostLine = { kind: "entry"; entry: KnownHostEntry } | { kind: "other"; text: string };

const MARKERS = new Map<string, KnownHostEntry["marker"]>([
  ["@revoked", "revoked"],
  ["@cert-authority", "cert-authority"],
]);

export function parseKnownHosts(text: string): KnownHostLine[] {
  const lines = text.split("\n").map((line) => line.replace(/\r+$/, ""));
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line): KnownHostLine => {
    const entry = parseKnownHostLine(line);
    return entry === undefined ? { kind: "other", text: line } : { kind: "entry", entry };
  });
}

export function parseKnownHostLine(line: string): KnownHostEntry | undefined {
  const fields = line.trim().split(/[ \t]+/);
  const marker = MARKERS.get(fields[0] ?? "");
  if (marker !== undefined) fields.shift();
  const [hosts = "", type = "", base64 = "", ...comment] = fields;
  if (hosts === "" || hosts.startsWith("#") || hosts.startsWith("@")) return undefined;
  const blob = fromBase64(base64);
  // The type stands twice, in the line and in the key; sshd ignores a line where they differ, and so do we.
  if (blob === undefined || new WireReader(blob).text() !== type) return undefined;
  return { marker: marker ?? "none", hosts, type, blob, comment: comment.join(" ") };
}

export function formatKnownHostLine(entry: KnownHostEntry): string {
  const fields = [entry.hosts, entry.type, toBase64(entry.blob), entry.comment].filter((field) => field !== "");
  return entry.marker === "none" ? fields.join(" ") : `@${entry.marker} ${fields.join(" ")}`;
}

/** Whether a host field stands for `host` ("name" or "[name]:port"); a "!pattern" that matches excludes it. */
export function matchesHost(hosts: string, host: string): boolean {
  if (hosts.startsWith("|")) return matchesHash(hosts, host);
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(",")) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, host.toLowerCase())) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** "|1|salt|HMAC-SHA1(salt, name)", both in base64. SHA-1 is the format's choice; it only hides the name. */
function matchesHash(field: string, host: string): boolean {
  const [, version, saltText = "", hashText = "", ...rest] = field.split("|");
  const salt = fromBase64(saltText);
  const hash = fromBase64(hashText);
  if (version !== "1" || salt === undefined || hash === undefined || rest.length > 0) return false;
  return sameBytes(createHmac("sha1", salt).update(host.toLowerCase()).digest(), hash);
}

/** Shell-like: "*" any run, "?" one character. Two pointers, so that no pattern makes it slow. */
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t]) && pattern[p] !== "*") {
      p++;
      t++;
    } else if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
