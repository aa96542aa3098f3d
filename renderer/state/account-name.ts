import type { Account } from "../../shared/models.ts";

/** The server of an account at another platform than Fly.io: who is signed in there may have the same name at both. */
export function serverOf({ endpoint }: Pick<Account, "endpoint">): string | null {
  return endpoint !== null && URL.canParse(endpoint) ? new URL(endpoint).host : null;
}

/** What people call an account, and what tells it apart from every other one. */
export function accountName(account: Pick<Account, "label" | "endpoint">): string {
  const server = serverOf(account);
  return server === null ? account.label : `${account.label} · ${server}`;
}
