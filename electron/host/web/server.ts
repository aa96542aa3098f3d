import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import sirv, { type RequestHandler } from "sirv";
import { WebSocketServer } from "ws";
import { LIMITS } from "../../../shared/limits.ts";
import { LINK_PROTOCOL } from "../../../shared/link-protocol.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { Link } from "../link.ts";
import { securityHeaders } from "../page-policy.ts";
import { decide, decideUpgrade } from "./decide.ts";
import { Gates, newSecret } from "./gates.ts";
import { plainPage, type RefusedStatus } from "./pages.ts";
import { RefusalLog } from "./refusal-log.ts";
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
const MOST_LINKS = 64;
/** All sockets, strangers' too: what one more costs is a file descriptor. */
const MOST_SOCKETS = 256;
/** How soon a socket must have sent a request's head, and its whole. Looked at every CHECK_EVERY_MS. */
const HEAD_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
const CHECK_EVERY_MS = 1000;

/** The browser edition's server: the page over HTTP, the link over WebSocket, on loopback only, behind the gates. */
export class WebServer {
  /** For a second start of this profile: traded for a new page address at POST /token. */
  readonly key = newSecret();
  readonly #options: WebServerOptions;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #files: RequestHandler;
  readonly #gates: Gates;
  readonly #port: number;
  readonly #refusals: RefusalLog;
  /** The HTTP server forgets a socket once it asked for an upgrade, refused or not. */
  readonly #sockets = new Set<Duplex>();

  private constructor(options: WebServerOptions, server: Server) {
    this.#options = options;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#gates = new Gates(this.#port);
    this.#refusals = new RefusalLog(options.log);
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      perMessageDeflate: false,
      maxPayload: LIMITS.controlMessage,
      handleProtocols: () => LINK_PROTOCOL,
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
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // A connection that could not be accepted, for want of descriptors for instance.
    server.on("error", (error) => this.#refusals.warn("server", { error: error.message }));
  }

  /** Rejects with port-in-use, or storage when the page was not built. */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    const server = createServer({
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
    });
    server.maxConnections = MOST_SOCKETS;
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
    for (const client of this.#webSockets.clients) client.terminate();
    this.#webSockets.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    // The client left, or wants what cannot be written any more.
    response.on("error", () => undefined);
    // A file that vanished after the start: sirv pipes its stream without listening to it.
    response.on("pipe", (source) =>
      source.once("error", (error) => {
        this.#refusals.warn("file failed", { error: error.message });
        response.destroy();
      }),
    );
    try {
      this.#answer(request, response);
    } catch (error) {
      this.#refusals.warn("request failed", { error: asCulvertError(error).message, url: request.url });
      if (response.headersSent) response.destroy();
      else this.#refuse(request, response, 400);
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const connect = this.#gates.hostAllowed(request) ? [`ws://${request.headers.host}`] : [];
    for (const [name, value] of Object.entries(securityHeaders(connect))) response.setHeader(name, value);
    const answer = decide(request, this.#gates, this.key);
    switch (answer.kind) {
      case "file":
        // RFC 9110 section 14.2: a server may ignore Range. The page asks for none, and sirv believes whatever it says.
        delete request.headers.range;
        delete request.headers["if-range"];
        this.#files(request, response);
        break;
      case "welcome":
        response.setHeader("set-cookie", this.#gates.setCookie());
        response.writeHead(302, { location: this.#gates.keyedHome }).end();
        break;
      case "home":
        response.writeHead(302, { location: "/" }).end();
        break;
      case "key-good":
        response.writeHead(204).end();
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

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => undefined);
    try {
      const status = decideUpgrade(request, this.#gates);
      if (status !== 101) this.#refuseUpgrade(request, socket, status);
      else if (this.#webSockets.clients.size >= MOST_LINKS) this.#refuseUpgrade(request, socket, 503);
      else
        this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
          this.#options.onLink(new SocketLink(webSocket)),
        );
    } catch (error) {
      this.#options.log.error("link failed", { error: asCulvertError(error).message });
      socket.destroy();
    }
  }

  #refuseUpgrade(request: IncomingMessage, socket: Duplex, status: number): void {
    this.#refusals.warn("link refused", { status, host: request.headers.host, origin: request.headers.origin });
    // Upgraded sockets stay half open until both sides have ended: this one waits for nobody.
    socket.resume();
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
  }

  #refuse(request: IncomingMessage, response: ServerResponse, status: RefusedStatus): void {
    this.#options.log.debug("request refused", { status, method: request.method });
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", connection: "close" });
    response.end(request.method === "HEAD" ? undefined : plainPage(status));
  }
}
