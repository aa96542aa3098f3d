import type { Query, QueryClient } from "@tanstack/react-query";
import type { Bridge } from "../bridge/bridge.ts";
import { listKeys, queries } from "./queries.ts";

/** Where the kind of a list and its account stand in its key: see `listKeys`. */
const KINDS: ReadonlySet<unknown> = new Set(Object.values(listKeys).map((key) => key()[0]));

function accountOf({ queryKey }: Query): string | undefined {
  const [kind, accountId] = queryKey;
  return KINDS.has(kind) && typeof accountId === "string" ? accountId : undefined;
}

/**
 * Asks for an account's lists again when what kept them from being answered is over: the account works again, or one of
 * its lists was answered that had failed, in which case those others that failed.
 */
export function askListsAgain(bridge: Bridge, client: QueryClient): () => void {
  const failed = new Set<Query>();
  const inTrouble = new Set<string>();
  const accountsKey = queries.accounts(bridge).queryKey;

  function lookAtAccounts(): void {
    for (const { id, error } of client.getQueryData(accountsKey) ?? []) {
      if (error !== null) inTrouble.add(id);
      else if (inTrouble.delete(id)) void client.invalidateQueries({ predicate: (query) => accountOf(query) === id });
    }
  }

  function lookAtList(query: Query, accountId: string, outcome: string): void {
    if (outcome === "error") failed.add(query);
    else if (outcome === "success" && failed.delete(query)) {
      const others = (one: Query): boolean => accountOf(one) === accountId && one.state.error !== null;
      void client.invalidateQueries({ predicate: others }, { cancelRefetch: false });
    }
  }

  lookAtAccounts();
  return client.getQueryCache().subscribe((event) => {
    const { query } = event;
    if (event.type === "removed") failed.delete(query);
    if (event.type !== "updated") return;
    const accountId = accountOf(query);
    if (accountId !== undefined) lookAtList(query, accountId, event.action.type);
    else if (query.queryKey[0] === accountsKey[0]) lookAtAccounts();
  });
}
