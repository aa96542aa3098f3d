import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Who may speak to the browser edition's server. Any page in any browser of this computer can reach 127.0.0.1, so each
 * request must show a Host that is ours (against DNS rebinding), an Origin that is ours where it changes anything or opens
 * the link (against other pages), and the cookie that the token of this start was traded for.
 */

const SECRET_BYTES = 32;

export class Gates {
  readonly #hosts: ReadonlySet<string>;
  readonly #port: number;
  readonly #cookieValue = newSecret();
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

  /** The Set-Cookie header that opens this server for the browser that gets it, until it or the server ends. */
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
