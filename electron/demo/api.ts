/// <reference path="./api/raw-text.d.ts" />
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buildSchema, type GraphQLFormattedError, graphql } from "graphql";
import { z } from "zod";
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
  const execute = executor(context);
  let port = options.port ?? 0;
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (req, res) => {
      answer(execute, port, req, res).catch(() => res.destroy()); // the caller broke off
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

/** The answer's body to a request's body; undefined when that is no GraphQL request. */
type Execute = (body: string, authorization: string | undefined) => Promise<object | undefined>;

/** The request of the GraphQL-over-HTTP draft, section 5. */
const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

function executor(context: ApiContext): Execute {
  const schema = buildSchema(schemaText);
  const rootValue = { ...queries(context), ...mutations(context) };
  const tokenHash = hash(new TextEncoder().encode(context.world.token));
  return async (body, authorization) => {
    const request = parseRequest(body);
    if (request === undefined) return undefined;
    // As the real platform: a bad token is an error inside an answer of status 200.
    if (!isAuthorized(authorization, tokenHash))
      return { data: null, errors: [apiError("UNAUTHORIZED", "You must be authenticated to view this.")] };
    const { data, errors } = await graphql({
      schema,
      source: request.query,
      rootValue,
      variableValues: request.variables,
      operationName: request.operationName,
    });
    const formatted: GraphQLFormattedError[] | undefined = errors?.map((error) => publicError(error).toJSON());
    return { ...(data === undefined ? {} : { data }), ...(formatted === undefined ? {} : { errors: formatted }) };
  };
}

function parseRequest(body: string): z.output<typeof graphqlRequest> | undefined {
  try {
    return graphqlRequest.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
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

async function answer(execute: Execute, port: number, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader("fly-request-id", `demo-${randomUUID()}`);
  res.setHeader("cache-control", "no-store");
  res.setHeader("x-content-type-options", "nosniff");
  const refusal = refusalOf(port, req);
  if (refusal !== undefined) {
    req.resume();
    return send(res, refusal[0], { error: refusal[1] });
  }
  const body = await readBody(req);
  if (body === undefined) {
    res.setHeader("connection", "close");
    return send(res, 413, { error: "The request is too large" });
  }
  const result = await execute(body, req.headers.authorization);
  return result === undefined ? send(res, 400, { error: "Not a GraphQL request" }) : send(res, 200, result);
}

function send(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  res.end(JSON.stringify(body));
}

/**
 * Status and reason for what no honest client sends. A web page that guesses the port gets no further than this: browsers
 * put an Origin on what it posts, its Host is not ours when it plays with DNS, and a form cannot send application/json.
 */
function refusalOf(port: number, req: IncomingMessage): [status: number, reason: string] | undefined {
  const host = req.headers.host ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return [421, "This host is not served here"];
  if (req.headers.origin !== undefined) return [403, "Pages are not answered"];
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
