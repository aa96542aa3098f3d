import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** An HTTP server on loopback that answers as badly as a test wants. */
export interface RawServer {
  readonly url: string;
  /** Bodies received so far, in order. */
  readonly bodies: string[];
  readonly headers: IncomingMessage["headers"][];
  dispose(): Promise<void>;
}

/** `respond` gets the number of the request, from 0. */
export function startRawServer(
  respond: (res: ServerResponse, count: number, req: IncomingMessage) => void,
): Promise<RawServer> {
  const bodies: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      bodies.push(Buffer.concat(chunks).toString());
      headers.push(req.headers);
      respond(res, bodies.length - 1, req);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      const dispose = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${port}/graphql`, bodies, headers, dispose });
    });
  });
}

export function sendJson(res: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify(body));
}
