import { setTimeout as delay } from "node:timers/promises";
import type { TadaDocumentNode } from "gql.tada";
import { print } from "graphql";
import type { z } from "zod";
import { type EndpointFault, endpointFault } from "../../shared/api-endpoint.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { type Log, silentLog } from "../base/log.ts";
import { codeOfGraphqlError, codeOfStatus, concernsOneElement, type Envelope, envelope } from "./answer-error.ts";
import { type ExchangeAnswer, exchange, networkCode } from "./exchange.ts";
import { type Credential, parseCredential, redact } from "./token.ts";

/** Typed documents over HTTP: what is asked is typed by gql.tada, what comes back is checked by zod before it is believed. */

export interface TransportOptions {
  /** URL of the GraphQL API: https, or http on this computer. */
  readonly endpoint: string;
  readonly token: string;
  /** Culvert's version, for the User-Agent. */
  readonly version: string;
  readonly fetch?: typeof fetch;
  readonly log?: Log;
  /** Longest wait for one answer; 20 s when left out. */
  readonly timeoutMs?: number;
  /** Waits between attempts; rejects when aborted. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to 1, for the jitter. */
  readonly random?: () => number;
}

/** fly-platform.md section 1: queries are asked again, mutations never, for nobody knows whether they were done. */
const MOST_RETRIES = 3;
const RETRY_STATUS: ReadonlySet<number> = new Set([502, 503, 504]);
const RETRY_NETWORK: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "EAI_AGAIN"]);
const RETRY_SHORTEST_MS = 100;
const RETRY_LONGEST_MS = 1000;
const TIMEOUT_MS = 20_000;
/** Of the remote's own words in an error. */
const LONGEST_DETAIL = 300;
const LONGEST_REQUEST_ID = 100;

/** `temporary`: asking once more may help. */
type Outcome =
  | { readonly temporary: boolean; readonly http: ExchangeAnswer }
  | { readonly temporary: boolean; readonly failure: CulvertError };

export class Transport {
  readonly log: Log;
  readonly #options: TransportOptions;
  readonly #url: URL;
  readonly #credential: Credential;

  /** Throws `endpoint-invalid` for an address that must not get a token, `unauthorized` for a token that cannot be one. */
  constructor(options: TransportOptions) {
    this.#options = options;
    this.#url = checkedEndpoint(options.endpoint);
    this.#credential = parseCredential(options.token);
    this.log = options.log ?? silentLog;
  }

  /** Errors inside list elements are left to the schema, which drops the elements that are null. */
  async query<R, V, S extends z.ZodType<R>>(
    document: TadaDocumentNode<R, V>,
    answer: S,
    variables: V,
    signal?: AbortSignal,
  ): Promise<z.output<S>> {
    const body = JSON.stringify({ query: print(document), variables });
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(body, signal);
      const again = attempt < MOST_RETRIES && outcome.temporary;
      if (!again) return this.#read(answered(outcome), answer, { partial: true, refused: "api-error" });
      this.log.info("platform.retry", { attempt: attempt + 1 });
      await this.#pause(signal);
    }
  }

  /** `refused` is the code for input that the platform does not take. */
  async mutate<R, V, S extends z.ZodType<R>>(
    document: TadaDocumentNode<R, V>,
    answer: S,
    variables: V,
    signal?: AbortSignal,
    refused: ErrorCode = "api-error",
  ): Promise<z.output<S>> {
    const outcome = await this.#attempt(JSON.stringify({ query: print(document), variables }), signal);
    return this.#read(answered(outcome), answer, { partial: false, refused });
  }

  async #attempt(body: string, signal?: AbortSignal): Promise<Outcome> {
    try {
      const http = await exchange({
        url: this.#url,
        headers: {
          Accept: "application/json; charset=utf-8",
          Authorization: this.#credential.authorization,
          "Content-Type": "application/json; charset=utf-8",
          "User-Agent": `culvert/${this.#options.version}`,
        },
        body,
        fetch: this.#options.fetch ?? fetch,
        timeoutMs: this.#options.timeoutMs ?? TIMEOUT_MS,
        signal,
      });
      return { temporary: RETRY_STATUS.has(http.status), http };
    } catch (error) {
      const { code, detail, cause } = asCulvertError(error);
      const words = detail === undefined ? undefined : this.#plain(detail, LONGEST_DETAIL);
      const temporary = code === "api-unreachable" && RETRY_NETWORK.has(networkCode(cause) ?? "");
      return { temporary, failure: new CulvertError(code, words, { cause }) };
    }
  }

  async #pause(signal?: AbortSignal): Promise<void> {
    const random = this.#options.random ?? Math.random;
    const ms = RETRY_SHORTEST_MS + random() * (RETRY_LONGEST_MS - RETRY_SHORTEST_MS);
    const sleep = this.#options.sleep ?? ((time, abort) => delay(time, undefined, abort ? { signal: abort } : {}));
    try {
      await sleep(ms, signal);
    } catch {
      throw new CulvertError("cancelled");
    }
  }

  #read<S extends z.ZodType>(
    http: ExchangeAnswer,
    answer: S,
    how: { partial: boolean; refused: ErrorCode },
  ): z.output<S> {
    const parsed = parseEnvelope(http.text);
    const errors = parsed?.errors ?? [];
    const first = errors[0];
    const status = codeOfStatus(http.status);
    if (status !== undefined) {
      // The platform's own words say more than a number, also where they come with one.
      if (first === undefined) throw this.#failure(status, statusDetail(http), http);
      const refused = http.status < 500 ? how.refused : status;
      throw this.#failure(status === "api-error" ? codeOfGraphqlError(first, refused) : status, first.message, http);
    }
    if (parsed === undefined) throw this.#failure("api-error", notJson(http), http);
    const fatal = how.partial ? errors.find((error) => !concernsOneElement(error)) : first;
    if (fatal !== undefined) throw this.#failure(codeOfGraphqlError(fatal, how.refused), fatal.message, http);
    const checked = answer.safeParse(parsed.data);
    if (checked.success) return checked.data;
    if (first !== undefined) throw this.#failure(codeOfGraphqlError(first, how.refused), first.message, http);
    const place = checked.error.issues[0]?.path.map(String).join(".") || "data";
    throw this.#failure("api-error", `the answer has an unexpected form at ${place}`, http);
  }

  #failure(code: ErrorCode, reason: string, http: ExchangeAnswer): CulvertError {
    const request = http.requestId === null ? "" : `, request ${this.#plain(http.requestId, LONGEST_REQUEST_ID)}`;
    return new CulvertError(code, this.#plain(reason, LONGEST_DETAIL) + request);
  }

  /** What the remote had a hand in as one line of bounded length, without control characters and without the token. */
  #plain(text: string, longest: number): string {
    const line = redact(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim(), this.#credential);
    return line.length > longest ? `${line.slice(0, longest)}…` : line;
  }
}

function answered(outcome: Outcome): ExchangeAnswer {
  if ("failure" in outcome) throw outcome.failure;
  return outcome.http;
}

const ENDPOINT_FAULTS: Record<EndpointFault, string> = {
  address: "the API address must be an https address",
  login: "the API address must not hold a user name or password",
  "in-the-open": "the API address must be https: the token would travel in the open",
};

function checkedEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fault = endpointFault(url);
  if (url === undefined || fault !== undefined)
    throw new CulvertError("endpoint-invalid", ENDPOINT_FAULTS[fault ?? "address"]);
  return url;
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const parsed = envelope.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // V8 quotes the body in its message: nothing of it is kept
  }
}

function statusDetail(http: ExchangeAnswer): string {
  const wait = /^\d{1,5}$/.test(http.retryAfter ?? "") ? `, wait ${http.retryAfter} s` : "";
  return `HTTP ${http.status}${wait}`;
}

function notJson(http: ExchangeAnswer): string {
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(http.contentType)?.[0] ?? "something unnamed";
  return `the answer is not GraphQL but ${type}`;
}
