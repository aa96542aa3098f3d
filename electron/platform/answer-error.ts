import { z } from "zod";
import type { ErrorCode } from "../../shared/errors.ts";

/** What the platform says when it says no, and which of our codes that is (fly-platform.md section 1). */

const graphqlError = z.object({
  message: z.string().catch("no message"),
  path: z
    .array(z.union([z.string(), z.number()]))
    .nullish()
    .catch(null),
  extensions: z
    .object({ code: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
});
export type GraphqlError = z.infer<typeof graphqlError>;

/** The outer shape of an answer; `data` is checked by each document's own schema. */
export const envelope = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(graphqlError).nullish(),
});
export type Envelope = z.infer<typeof envelope>;

const CODES: Readonly<Record<string, ErrorCode>> = {
  UNAUTHORIZED: "unauthorized",
  UNAUTHENTICATED: "unauthorized",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not-found",
  RATE_LIMITED: "rate-limited",
  THROTTLED: "rate-limited",
  TOO_MANY_REQUESTS: "rate-limited",
  MAINTENANCE: "api-error",
  SERVER_ERROR: "api-error",
  INTERNAL_SERVER_ERROR: "api-error",
  SERVICE_UNAVAILABLE: "api-error",
};

/** `refused` is the code for input that the platform does not want; it has several words for that, or none at all. */
export function codeOfGraphqlError(error: GraphqlError, refused: ErrorCode): ErrorCode {
  const code = error.extensions?.code;
  if (code === null || code === undefined) return refused;
  return Object.hasOwn(CODES, code) ? CODES[code]! : refused;
}

/** Undefined for 200. A 404 is the wrong address of the API, not a missing item. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  if (status === 200) return undefined;
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 429) return "rate-limited";
  return "api-error";
}

/** An error inside one element of a list costs that element only: an organization behind single sign-on, for example. */
export function concernsOneElement(error: GraphqlError): boolean {
  return error.path?.some((step) => typeof step === "number") ?? false;
}
