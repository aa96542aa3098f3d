import type { QueryState } from "@tanstack/react-query";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";

/** When the items were answered, in milliseconds since the epoch, and why they could not be had again. */
export interface Stale {
  readonly since: number;
  readonly error: ErrorInfo;
}

/** A list that comes from the host: nothing yet, an error, or items (stale ones while asking again fails). */
export interface Loaded<T> {
  readonly items: readonly T[] | undefined;
  readonly error: ErrorInfo | null;
  /** Asking for them again has failed. */
  readonly stale?: Stale | undefined;
  /** A person ended the wait for them. */
  readonly isCancelled?: boolean;
}

export const NOTHING_LOADED: Loaded<never> = { items: undefined, error: null };

type ListState<T> = Pick<QueryState<T[], unknown>, "data" | "error" | "status" | "fetchStatus" | "dataUpdatedAt">;

/** A query's result, or its state in the cache, as the tree takes it: while there are items, they are worth more than an error. */
export function loadedOf<T>({ data, error, status, fetchStatus, dataUpdatedAt }: ListState<T>): Loaded<T> {
  const failure = error === null ? null : errorInfoOf(error);
  return {
    items: data,
    error: data === undefined ? failure : null,
    stale: data === undefined || failure === null ? undefined : { since: dataUpdatedAt, error: failure },
    isCancelled: status === "pending" && fetchStatus === "idle",
  };
}
