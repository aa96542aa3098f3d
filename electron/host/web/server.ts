import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import sirv, { type RequestHandler } from "sirv";
import { WebSocketServer } from "ws";
import { LIMITS } from "../../../shared/limits.ts";
import { CulvertError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Link } from "../link.ts";
import { securityHeaders } from "../page-policy.ts";
import { Gates, newSecret, sameSecret } from "./gates.ts";
import { plainPage, type RefusedStatus } from "./pages.ts";
import { SocketLink } from "./socket-link.ts";

export interface WebServerOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the built page. */
  readonly pageFolder: string;
  readonly log: Log;
  onLink(link: Link): void;
}

const ADDRESS = "127.0.0.1";
const LINK_PATH = "/link";
const TOKEN_PATH = "/token";
const MOST_LINKS = 64;

type Answer =
  | { kind: "file" }
  /** Back to the page, with the cookie when a token was just traded. */
  | { kind: "home"; cookie: string | undefined }
  | { kind: "address" }
  | { kind: "refused"; status: RefusedStatus };

/** The browser edition's server: the page over HTTP, the link over WebSocket, on loopback only, behind the gates. */
export class WebServer {
  /** For a second start of this profile: traded for a new page address at POST /token. */
  readonly key = newSecret();
  readonly #options: WebServerOptions;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #files: RequestHandler;
  readonly #gates: Gates;
  readonly #port: number;

  private constructor(options: WebServerOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#gates = new Gates(this.#port);
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      perMessageDeflate: false,
      maxPayload: LIMITS.controlMessage,
    });
    this.#files = sirv(options.pageFolder, {
      etag: true,
      dotfiles: false,
      onNoMatch: (request, response) => this.#refuse(request, response, 404),
      setHeaders: (response, path) => {
        if (path.startsWith("/assets/")) response.setHeader("cache-control", "private, max-age=31536000, immutable");
        else response.setHeader("cache-control", "no-store");
      },
    });
    server.on("request", (request, response) => this.#onRequest(request, response));
    server.on("upgrade", (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  /** Rejects with port-in-use, or storage when the page was not built. */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          error.code === "EADDRINUSE" || error.code === "EACCES"
            ? new CulvertError("port-in-use", `port ${options.port}: ${error.code}`, { cause: error })
            : error,
        ),
      );
      server.listen(options.port, ADDRESS, resolve);
    });
    try {
      return new WebServer(options, server);
    } catch (error) {
      server.close();
      throw new CulvertError("storage", `the page is not built in ${options.pageFolder}`, { cause: error });
    }
  }

  /** Without any token: for people and locks. */
  get origin(): string {
    return `http://${ADDRESS}:${this.#port}`;
  }

  /** An address that lets one browser in, once. */
  issueUrl(): string {
    return `${this.origin}/?token=${this.#gates.issueToken()}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#decide(request);
    const connect = this.#gates.hostAllowed(request) ? [`ws://${request.headers.host}`] : [];
    for (const [name, value] of Object.entries(securityHeaders(connect))) response.setHeader(name, value);
    switch (answer.kind) {
      case "file":
        this.#files(request, response);
        break;
      case "home":
        if (answer.cookie !== undefined) response.setHeader("set-cookie", answer.cookie);
        response.writeHead(302, { location: "/" }).end();
        break;
      case "address":
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ url: this.issueUrl() }));
        break;
      case "refused":
        request.resume();
        this.#refuse(request, response, answer.status);
        break;
    }
  }

  #decide(request: IncomingMessage): Answer {
    if (!this.#gates.hostAllowed(request)) return { kind: "refused", status: 403 };
    const url = parseTarget(request.url);
    if (url === undefined) return { kind: "refused", status: 400 };
    if (request.method !== "GET" && request.method !== "HEAD") return this.#decideChange(request, url);
    const token = url.pathname === "/" ? url.searchParams.get("token") : null;
    if (token !== null && this.#gates.tradeToken(token)) return { kind: "home", cookie: this.#gates.setCookie() };
    if (!this.#gates.cookieAllowed(request)) return { kind: "refused", status: 401 };
    // A reload of the first address: the token is dead, the cookie is not.
    return token === null ? { kind: "file" } : { kind: "home", cookie: undefined };
  }

  /** Nothing changes over HTTP but one thing: a second start of this profile asks for a new address. */
  #decideChange(request: IncomingMessage, url: URL): Answer {
    const { authorization, origin } = request.headers;
    // Browsers put an Origin on every POST, so a page cannot even try keys here.
    const bySecondStart = request.method === "POST" && url.pathname === TOKEN_PATH && origin === undefined;
    if (!bySecondStart) return { kind: "refused", status: this.#gates.originAllowed(request) ? 405 : 403 };
    const known = sameSecret(`Bearer ${this.key}`, authorization ?? "");
    return known ? { kind: "address" } : { kind: "refused", status: 401 };
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => undefined);
    const status = this.#upgradeStatus(request);
    if (status !== 101) {
      this.#options.log.warn("link refused", { status, host: request.headers.host, origin: request.headers.origin });
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#options.onLink(new SocketLink(webSocket)));
  }

  #upgradeStatus(request: IncomingMessage): number {
    if (!this.#gates.hostAllowed(request) || !this.#gates.originAllowed(request)) return 403;
    if (!this.#gates.cookieAllowed(request)) return 401;
    if (request.url !== LINK_PATH) return 404;
    return this.#sockets.clients.size >= MOST_LINKS ? 503 : 101;
  }

  #refuse(request: IncomingMessage, response: ServerResponse, status: RefusedStatus): void {
    this.#options.log.debug("request refused", { status, method: request.method });
    response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
    response.end(request.method === "HEAD" ? undefined : plainPage(status));
  }
}

/** The request's target in origin form (RFC 9112 section 3.2.1); undefined for any other. */
function parseTarget(target: string | undefined): URL | undefined {
  if (target === undefined || !target.startsWith("/") || target.startsWith("//")) return undefined;
  const absolute = `http://culvert.invalid${target}`;
  return URL.canParse(absolute) ? new URL(absolute) : undefined;
}
