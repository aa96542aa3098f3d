/** The web service that every machine runs on port 8080: small answers that tell where they come from. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpReply } from "./shell/types.ts";
import type { Machine } from "./world.ts";

export const HTTP_PORT = 8080;
const MOST_BYTES = 1024 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, "0123456789abcdef");
const IDLE_MS = 60_000;
const BAD_REQUEST = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** The answer to a GET whose body is small; undefined for what only the server can stream. */
export function answerHttp(
  machine: Machine,
  organization: string,
  path: string,
  accept: string,
): HttpReply | undefined {
  const facts = { app: machine.appName, machine: machine.id, region: machine.region, organization };
  const route = path.replace(/\?.*$/s, "");
  if (route.startsWith("/bytes/")) return undefined;
  if (route === "/healthz") return reply(200, "OK", "text/plain; charset=utf-8", "ok\n");
  if (route === "/json" || (route === "/" && accept.includes("application/json")))
    return reply(200, "OK", "application/json", `${JSON.stringify({ ...facts, address: machine.address.text })}\n`);
  if (route === "/") {
    const text = `Hello from ${facts.app}, machine ${facts.machine} in ${facts.region}.\n`;
    return reply(200, "OK", "text/plain; charset=utf-8", text);
  }
  return reply(404, "Not Found", "text/plain; charset=utf-8", `${facts.app} knows no ${route}\n`);
}

function reply(status: number, reason: string, type: string, body: string): HttpReply {
  const headers = { "content-type": type, "content-length": String(Buffer.byteLength(body)), server: "culvert-demo" };
  return { status, reason, headers, body };
}

/** Never listens by itself: connections of the machine are handed in with `emit("connection", stream)`. */
export function createHttpService(machine: Machine, organization: string): Server {
  /** Connections on which an answer is under way: a word of ours would become a part of it. */
  const answering = new WeakSet<Duplex>();
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    const { socket } = request;
    answering.add(socket);
    response.once("close", () => answering.delete(socket));
    if (request.method === "POST" && request.url === "/echo") echo(request, response);
    else if (request.method === "GET" || request.method === "HEAD") get(machine, organization, request, response);
    else response.writeHead(405, { allow: "GET, HEAD, POST" }).end();
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable && !answering.has(socket)) socket.end(BAD_REQUEST, () => socket.destroy());
    else socket.destroy();
  });
  // Who has said all may still listen (RFC 9293 section 3.6). Node has no option for it, but this property of its servers.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

function get(machine: Machine, organization: string, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? "/";
  const small = answerHttp(machine, organization, path, request.headers.accept ?? "");
  request.resume();
  if (small !== undefined) {
    response.writeHead(small.status, small.reason, small.headers);
    response.end(request.method === "HEAD" ? undefined : small.body);
    return;
  }
  const length = Number(/^\/bytes\/(\d{1,12})$/.exec(path)?.[1] ?? Number.NaN);
  if (!(length <= MOST_BYTES)) {
    response.writeHead(400).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": length });
  if (request.method === "HEAD") response.end();
  else sendBytes(response, length);
}

/** `length` bytes of a repeating pattern, as fast as the reader takes them. */
function sendBytes(response: ServerResponse, length: number): void {
  let left = length;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const part = CHUNK.subarray(0, Math.min(left, CHUNK.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once("drain", more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** The body comes back as it is read: back-pressure goes from the answer to the question. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": request.headers["content-type"] ?? "application/octet-stream" });
  request.pipe(response);
}
