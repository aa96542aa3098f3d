import { GraphQLError } from "graphql";

/** The platform's error codes that the demo uses. */
export type ApiErrorCode = "UNAUTHORIZED" | "NOT_FOUND" | "UNPROCESSABLE" | "INVALID_ARGUMENTS" | "SERVER_ERROR";

export function apiError(code: ApiErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** `value`, or the platform's NOT_FOUND for this kind of thing. */
export function found<T>(value: T | undefined, kind: string): T {
  if (value === undefined) throw apiError("NOT_FOUND", `Could not find ${kind}`);
  return value;
}

/** What leaves the server: errors that a resolver meant to throw, and one sentence for all others. */
export function publicError(error: GraphQLError): GraphQLError {
  const original = error.originalError;
  if (original === undefined || original === null || original instanceof GraphQLError) return error;
  return new GraphQLError("Something went wrong", {
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: { code: "SERVER_ERROR" },
  });
}
