import type { IncomingMessage } from "node:http";
import { type Gates, sameSecret } from "./gates.ts";
import type { RefusedStatus } from "./pages.ts";

export const LINK_PATH = "/link";
const TOKEN_PATH = "/token";

export type Answer =
  | { kind: "file" }
  /** A token was just traded: the page, with its cookie and its key. */
  | { kind: "welcome" }
  /** Back to the page. */
  | { kind: "home" }
  /** The page's key is good: what kept its link from opening was something else. */
  | { kind: "key-good" }
  /** A fresh address for a second start of the profile. */
  | { kind: "address" }
  | { kind: "refused"; status: RefusedStatus };

const refused = (status: RefusedStatus): Answer => ({ kind: "refused", status });

/** What a request gets. `secondStartKey` lies in the profile's lock file. Trades a token, if the request shows one. */
export function decide(request: IncomingMessage, gates: Gates, secondStartKey: string): Answer {
  if (!gates.hostAllowed(request)) return refused(403);
  const url = parseTarget(request.url);
  if (url === undefined) return refused(400);
  if (request.method !== "GET" && request.method !== "HEAD") return decideChange(request, url, gates, secondStartKey);
  const token = url.pathname === "/" ? url.searchParams.get("token") : null;
  // RFC 9110 section 9.2.1: HEAD is safe. Something that only looks at a link must not use it up.
  if (token !== null && request.method === "GET" && gates.tradeToken(token)) return { kind: "welcome" };
  if (!gates.cookieAllowed(request)) return refused(401);
  if (url.pathname === LINK_PATH) return gates.linkKeyAuthorized(request) ? { kind: "key-good" } : refused(401);
  // A reload of the first address: the token is dead, the cookie is not.
  return token === null ? { kind: "file" } : { kind: "home" };
}

/** The status of a WebSocket upgrade, before any bound on their number; 101 for one of our page. */
export function decideUpgrade(request: IncomingMessage, gates: Gates): 101 | 401 | 403 | 404 {
  if (!gates.hostAllowed(request) || !gates.originAllowed(request)) return 403;
  if (!gates.cookieAllowed(request) || !gates.linkKeyOffered(request)) return 401;
  return request.url === LINK_PATH ? 101 : 404;
}

/** Nothing changes over HTTP but one thing: a second start of this profile asks for a new address. */
function decideChange(request: IncomingMessage, url: URL, gates: Gates, secondStartKey: string): Answer {
  const { authorization, origin } = request.headers;
  // Browsers put an Origin on every POST, so a page cannot even try keys here.
  const bySecondStart = request.method === "POST" && url.pathname === TOKEN_PATH && origin === undefined;
  if (!bySecondStart) return refused(gates.originAllowed(request) ? 405 : 403);
  return sameSecret(`Bearer ${secondStartKey}`, authorization ?? "") ? { kind: "address" } : refused(401);
}

/** The request's target in origin form (RFC 9112 section 3.2.1); undefined for any other. */
function parseTarget(target: string | undefined): URL | undefined {
  if (target === undefined || !target.startsWith("/") || target.startsWith("//")) return undefined;
  const absolute = `http://culvert.invalid${target}`;
  return URL.canParse(absolute) ? new URL(absolute) : undefined;
}
