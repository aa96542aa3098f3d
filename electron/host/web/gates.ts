import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { KEY_FRAGMENT, KEY_PROTOCOL_PREFIX, LINK_PROTOCOL } from "../../../shared/link-protocol.ts";

/**
 * Who may speak to the browser edition's server. Any page in any browser of this computer can reach 127.0.0.1, so each
 * request must show a Host that is ours (against DNS rebinding), an Origin that is ours where it changes anything or opens
 * the link (against other pages), and the cookie that the token of this start was traded for. The cookie opens the files
 * only: browsers give it to every port of this host (RFC 6265 section 8.5), another user's server among them, and a program
 * that has it can forge the Origin. The link needs the key too, which the browser keeps for our origin alone.
 */

const SECRET_BYTES = 32;

export class Gates {
  readonly #hosts: ReadonlySet<string>;
  readonly #port: number;
  readonly #cookieValue = newSecret();
  readonly #linkKey = newSecret();
  readonly #tokens = new Set<string>();

  constructor(port: number) {
    this.#port = port;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  }

  /** A 256-bit token, good for one trade. */
  issueToken(): string {
    const token = newSecret();
    this.#tokens.add(token);
    return token;
  }

  /** True once for each token that was issued. */
  tradeToken(offered: string): boolean {
    let found: string | undefined;
    for (const token of this.#tokens) if (sameSecret(token, offered)) found = token;
    return found !== undefined && this.#tokens.delete(found);
  }

  /** A Host header that names this server: exactly one, and with its port. */
  hostAllowed(request: IncomingMessage): boolean {
    const { host } = request.headers;
    return host !== undefined && countOf(request, "host") === 1 && this.#hosts.has(host.toLowerCase());
  }

  /** The Origin of a page that this server gave out under the same Host. A request without one fails. */
  originAllowed(request: IncomingMessage): boolean {
    const { host, origin } = request.headers;
    return host !== undefined && origin === `http://${host}` && countOf(request, "origin") === 1;
  }

  cookieAllowed(request: IncomingMessage): boolean {
    const wanted = this.#cookieName;
    for (const part of (request.headers.cookie ?? "").split(";")) {
      const at = part.indexOf("=");
      if (at < 0 || part.slice(0, at).trim() !== wanted) continue;
      if (sameSecret(part.slice(at + 1).trim(), this.#cookieValue)) return true;
    }
    return false;
  }

  /** A WebSocket upgrade that speaks our protocol and offers the key as another one. */
  linkKeyOffered(request: IncomingMessage): boolean {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const keys = offered.filter((name) => name.startsWith(KEY_PROTOCOL_PREFIX));
    return (
      offered.includes(LINK_PROTOCOL) &&
      keys.some((name) => sameSecret(this.#linkKey, name.slice(KEY_PROTOCOL_PREFIX.length)))
    );
  }

  /** The same over plain HTTP, where a page that was refused asks for the reason. */
  linkKeyAuthorized(request: IncomingMessage): boolean {
    return sameSecret(`Bearer ${this.#linkKey}`, request.headers.authorization ?? "");
  }

  /** Where a traded token leads: the page, with its key in the fragment. */
  get keyedHome(): string {
    return `/#${KEY_FRAGMENT}=${this.#linkKey}`;
  }

  /** The Set-Cookie header that opens the page's files for the browser that gets it, until it or the server ends. */
  setCookie(): string {
    return `${this.#cookieName}=${this.#cookieValue}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Browsers keep cookies by host only: the port in the name keeps two servers on one computer apart. */
  get #cookieName(): string {
    return `culvert-${this.#port}`;
  }
}

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Compares in constant time; hashing first hides the length too. */
export function sameSecret(known: string, offered: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(known), digest(offered));
}

function countOf(request: IncomingMessage, name: string): number {
  let count = 0;
  for (let i = 0; i < request.rawHeaders.length; i += 2) if (request.rawHeaders[i]?.toLowerCase() === name) count++;
  return count;
}
