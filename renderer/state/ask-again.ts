import type { QueryState } from "@tanstack/react-query";
import type { ErrorCode } from "../../shared/errors.ts";
import { errorInfoOf } from "../bridge/bridge-error.ts";

/** What passes without anybody's doing. */
const PASSES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "api-unreachable",
  "api-error",
  "rate-limited",
  "engine-stopped",
]);
const FIRST_MS = 15_000;
const LONGEST_MS = 5 * 60_000;

/** What of a query says how its answers went. */
export interface Asked {
  readonly state: Pick<QueryState<unknown, unknown>, "error" | "status" | "errorUpdateCount">;
}

/** How often each query had failed in all when it was answered last. */
const failedBefore = new WeakMap<object, number>();

/** How long after its failure a query that is looked at is asked for again: 15, 30, 60 s …; false when that would change nothing. */
export function askAgainAfter(query: Asked): number | false {
  const { error, status, errorUpdateCount } = query.state;
  if (status === "success") failedBefore.set(query, errorUpdateCount);
  if (error === null || !PASSES.has(errorInfoOf(error).code)) return false;
  const failures = Math.max(1, errorUpdateCount - (failedBefore.get(query) ?? 0));
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
}
