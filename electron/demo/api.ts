/// <reference path="./api/raw-text.d.ts" />
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buildSchema } from "graphql";
import { createHandler, type Handler } from "graphql-http";
import { type Clock, systemClock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import { equalConstantTime, hash } from "../crypto/blake2s.ts";
import schemaText from "../platform/schema.graphql?raw";
import { parseCredential } from "../platform/token.ts";
import { type CertificateRequest, signCertificate } from "../ssh/certificates.ts";
import { apiError, publicError } from "./api/api-error.ts";
import type { ApiContext } from "./api/context.ts";
import { mutations } from "./api/mutations.ts";
import { queries } from "./api/queries.ts";
import type { World } from "./world.ts";

/** The demo cloud's platform API: real GraphQL over HTTP on 127.0.0.1, with a bearer token and the platform's names. */

export interface DemoApiOptions {
  readonly world: World;
  /** The gateway's UDP place as "127.0.0.1:PORT"; asked each time a peer is made. */
  readonly endpoint: () => string;
  readonly signCertificate?: (request: CertificateRequest) => string;
  /** 0 or left out for any. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Longest page of a list; 50 when left out. */
  readonly mostPerPage?: number;
}

export interface DemoApi {
  /** "http://127.0.0.1:PORT/graphql" */
  readonly url: string;
  /** Resolves when the port is free again; requests under way are cut. */
  dispose(): Promise<void>;
}

const PATH = "/graphql";
const MOST_PER_PAGE = 50;
const MOST_BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

/** Rejects with `port-in-use` when the port is taken. */
export function startDemoApi(options: DemoApiOptions): Promise<DemoApi> {
  const context: ApiContext = {
    world: options.world,
    clock: options.clock ?? systemClock,
    endpoint: options.endpoint,
    signCertificate: options.signCertificate ?? signCertificate,
    mostPerPage: options.mostPerPage ?? MOST_PER_PAGE,
  };
  const handle = graphqlHandler(context);
  let port = options.port ?? 0;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (req, res) => {
      answer(handle, port, req, res).catch(() => res.destroy());
    },
  );
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(new CulvertError("port-in-use", `127.0.0.1:${port}`, { cause: error }));
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address === "object") port = address.port;
      resolve({ url: `http://127.0.0.1:${port}${PATH}`, dispose: () => closed(server) });
    });
  });
}

type ApiHandler = Handler<IncomingMessage, undefined>;

function graphqlHandler(context: ApiContext): ApiHandler {
  const tokenHash = hash(new TextEncoder().encode(context.world.token));
  return createHandler({
    schema: buildSchema(schemaText),
    rootValue: { ...queries(context), ...mutations(context) },
    formatError: publicError,
    // As the real platform: a bad token is an error inside an answer of status 200.
    onSubscribe: (request) => {
      if (isAuthorized(request.raw.headers.authorization, tokenHash)) return undefined;
      return { data: null, errors: [apiError("UNAUTHORIZED", "You must be authenticated to view this.")] };
    },
  });
}

function isAuthorized(header: string | undefined, tokenHash: Uint8Array): boolean {
  if (header === undefined) return false;
  try {
    const { tokens } = parseCredential(header);
    return tokens.some((token) => equalConstantTime(hash(new TextEncoder().encode(token)), tokenHash));
  } catch {
    return false; // no token at all, or one that cannot be
  }
}

async function answer(handle: ApiHandler, port: number, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader("fly-request-id", `demo-${randomUUID()}`);
  res.setHeader("cache-control", "no-store");
  res.setHeader("x-content-type-options", "nosniff");
  const refusal = refusalOf(port, req);
  if (refusal !== undefined) {
    res.writeHead(refusal[0], { "content-type": "application/json" });
    res.end(JSON.stringify({ error: refusal[1] }));
    req.resume();
    return;
  }
  const body = await readBody(req);
  if (body === undefined) {
    res.writeHead(413, { "content-type": "application/json", connection: "close" });
    res.end(JSON.stringify({ error: "The request is too large" }));
    return;
  }
  const [text, init] = await handle({
    method: "POST",
    url: PATH,
    headers: { accept: req.headers.accept, "content-type": req.headers["content-type"] },
    body,
    raw: req,
    context: undefined,
  });
  res.writeHead(init.status, init.statusText, init.headers);
  res.end(text ?? undefined);
}

/**
 * Status and reason for what no honest client sends. A web page that guesses the port gets no further than this: its
 * Origin is not ours, its Host is not ours when it plays with DNS, and a form cannot send application/json.
 */
function refusalOf(port: number, req: IncomingMessage): [status: number, reason: string] | undefined {
  const host = req.headers.host ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return [421, "This host is not served here"];
  const origin = req.headers.origin;
  if (origin !== undefined && !/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/.test(origin))
    return [403, "This origin is not welcome"];
  if (req.url?.split("?")[0] !== PATH) return [404, "Not found"];
  if (req.method !== "POST") return [405, "Only POST is answered"];
  if (!/^application\/json\s*(;|$)/i.test(req.headers["content-type"] ?? "")) return [415, "Send application/json"];
  return undefined;
}

/** The body as text, or undefined when it is too long. */
async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString("utf8");
}

function closed(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
