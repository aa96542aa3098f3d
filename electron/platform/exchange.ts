import { CulvertError } from "../base/errors.ts";

/** One HTTP request and its whole answer: bounded in time, in bytes and in where it may go. Knows nothing of GraphQL. */

export interface ExchangeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Names the request in the platform's own logs. */
  readonly requestId: string | null;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** An answer of the API is some kilobytes; a page of 100 items some hundred. */
export const MOST_ANSWER_BYTES = 8 * 1024 * 1024;
const MOST_REDIRECTS = 3;

/**
 * Rejects with `cancelled`, `api-unreachable` or `api-error`. The causes kept are the network's; nothing of the request
 * and nothing of the body goes into an error.
 */
export async function exchange(request: ExchangeRequest): Promise<ExchangeAnswer> {
  const watch = new AbortController();
  const cancel = (): void => watch.abort("cancelled");
  const timer = setTimeout(() => watch.abort("timeout"), request.timeoutMs);
  request.signal?.addEventListener("abort", cancel, { once: true });
  if (request.signal?.aborted) cancel();
  try {
    return await follow(request, watch.signal);
  } catch (error) {
    if (watch.signal.aborted) {
      if (watch.signal.reason === "cancelled") throw new CulvertError("cancelled");
      const seconds = Math.round(request.timeoutMs / 1000);
      throw new CulvertError("api-unreachable", `${request.url.host} did not answer within ${seconds} s`);
    }
    if (error instanceof CulvertError) throw error;
    throw new CulvertError("api-unreachable", `${request.url.host}: ${networkReason(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", cancel);
  }
}

async function follow(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer> {
  let url = request.url;
  for (let hop = 0; ; hop++) {
    const response = await request.fetch(url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal,
    });
    const location = redirectOf(response);
    if (location === undefined) return await readAnswer(response, signal);
    await response.body?.cancel();
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    // The token goes with the request: it must not follow to another place, nor through a method that drops the body.
    if (next?.origin !== request.url.origin || ![307, 308].includes(response.status) || hop >= MOST_REDIRECTS)
      throw new CulvertError("api-error", `${request.url.host} redirects to ${next?.host ?? "nowhere"}`);
    url = next;
  }
}

/** Where the answer sends us; undefined when it is no redirect. */
function redirectOf(response: Response): string | undefined {
  if (response.type === "opaqueredirect") return "";
  if (response.status < 300 || response.status >= 400) return undefined;
  return response.headers.get("location") ?? undefined;
}

async function readAnswer(response: Response, signal: AbortSignal): Promise<ExchangeAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  // A fetch that is not Node's own may forget the signal once the headers are in.
  const stop = (): void => void reader?.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const part = await reader?.read();
      if (signal.aborted) throw new Error("aborted");
      if (part === undefined || part.done) break;
      length += part.value.length;
      // Counted after decompression, so that a small answer cannot become a large one.
      if (length > MOST_ANSWER_BYTES) {
        stop();
        throw new CulvertError("api-error", `the answer is larger than ${MOST_ANSWER_BYTES / 1024 / 1024} MiB`);
      }
      chunks.push(part.value);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    requestId: response.headers.get("fly-request-id"),
    retryAfter: response.headers.get("retry-after"),
    text: new TextDecoder().decode(Buffer.concat(chunks, length)),
  };
}

/** The system's code behind fetch's "fetch failed", for example ECONNREFUSED; undefined when there is none. */
export function networkCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") return at.code;
    // Happy eyeballs: both families failed; the first says enough.
    if (at instanceof AggregateError) return networkCode(at.errors[0]);
  }
  return undefined;
}

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  // For example "bad port": fetch says only "fetch failed" and puts the reason into the cause.
  return networkCode(error) ?? (error.cause instanceof Error ? error.cause.message : error.name);
}
