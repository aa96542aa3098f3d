import { CulvertError } from "../base/errors.ts";

/**
 * Access tokens as the platform tells them apart: by the text before the first "_" and nothing else
 * (fly-platform.md section 1). One credential may hold several, joined by commas, each with or without a scheme in front.
 */

export type TokenKind = "macaroon" | "oauth";

export interface Credential {
  /** The separate tokens, macaroons first, without scheme. Secret. */
  readonly tokens: readonly string[];
  /** Value of the Authorization header for the GraphQL API. Secret. */
  readonly authorization: string;
}

const MACAROON_PREFIXES: ReadonlySet<string> = new Set(["fm2", "fm1r", "fm1a"]);
const SCHEME = /^(?:FlyV1|Bearer)(?:\s+|$)/i;
/** Visible ASCII without the comma: anything else would break, or be cut from, the header. */
const TOKEN = /^[!-+\--~]+$/;

export function tokenKind(token: string): TokenKind {
  return MACAROON_PREFIXES.has(token.slice(0, token.indexOf("_"))) ? "macaroon" : "oauth";
}

/** Reads a pasted or stored credential. Throws `unauthorized` when it holds no token or a character no token has. */
export function parseCredential(text: string): Credential {
  const parts = text
    .split(",")
    .map((part) => part.trim().replace(SCHEME, ""))
    .filter((part) => part !== "");
  if (parts.length === 0) throw new CulvertError("unauthorized", "the access token is empty");
  if (!parts.every((part) => TOKEN.test(part)))
    throw new CulvertError("unauthorized", "the access token holds a space or a character that no token has");
  const macaroons = parts.filter((part) => tokenKind(part) === "macaroon");
  const others = parts.filter((part) => tokenKind(part) === "oauth");
  const tokens = [...macaroons, ...others];
  return { tokens, authorization: `${macaroons.length > 0 ? "FlyV1" : "Bearer"} ${tokens.join(",")}` };
}

/** Shortest piece that is still looked for: a word of two letters in a message is no leak. */
const SHORTEST_SECRET = 6;

/** `text` with every token, whole or without its kind, replaced: what a server echoes must not reach a log or a window. */
export function redact(text: string, credential: Credential): string {
  let out = text;
  for (const token of credential.tokens) {
    for (const secret of [token, token.slice(token.indexOf("_") + 1)]) {
      if (secret.length < SHORTEST_SECRET) continue;
      // In any case of letters: a host name comes back in small ones.
      out = out.replace(new RegExp(secret.replace(/[^A-Za-z0-9]/g, "\\$&"), "gi"), "[token]");
    }
  }
  return out;
}
