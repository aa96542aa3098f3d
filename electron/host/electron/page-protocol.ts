import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { protocol, type Session } from "electron";
import { securityHeaders } from "../page-policy.ts";

/**
 * The page's own scheme instead of file://, as Electron's security guide advises (number 18): a real origin that no
 * other content shares, files of one folder only, and the policy in a header that covers every answer.
 */
export const PAGE_SCHEME = "culvert-app";
export const PAGE_ORIGIN = `${PAGE_SCHEME}://page`;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Must run before the app is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function servePage(session: Session, folder: string): void {
  session.protocol.handle(PAGE_SCHEME, async (request) => {
    const path = request.method === "GET" ? filePathFor(request.url, folder) : undefined;
    const body = path === undefined ? undefined : await readFile(path).catch(() => undefined);
    if (path === undefined || body === undefined) return new Response(null, { status: 404 });
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    return new Response(body, { headers: { ...securityHeaders([]), "content-type": type } });
  });
}

/** The file that a URL of our origin names, or undefined when it lies elsewhere. */
export function filePathFor(address: string, folder: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (`${url.protocol}//${url.host}` !== PAGE_ORIGIN) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (name.includes("\0")) return undefined;
  const path = normalize(join(folder, name === "/" ? "index.html" : name));
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? path : undefined;
}
