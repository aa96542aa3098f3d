import { TriangleAlert } from "lucide-react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Account } from "../../../shared/models.ts";
import { accountName } from "../../state/account-name.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** Accounts that cannot be used at the moment, for example because a token expired. Open shells are not touched. */
export function AccountTrouble({ accounts }: { accounts: readonly Account[] }) {
  return accounts.map((account) =>
    account.error === null ? null : (
      <section
        key={account.id}
        aria-label={strings.accounts.troubleWith(accountName(account))}
        className="flex gap-2 border-b border-line bg-warn-soft px-3 py-2"
      >
        <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
        <div className="flex min-w-0 flex-1 flex-col items-start gap-1">
          <p className="max-w-full truncate font-medium" title={accountName(account)}>
            {accountName(account)}
          </p>
          <p className="text-text-2">{sentenceFor(account.error.code)}</p>
          {account.kind === "platform" && (
            <Button onClick={() => showOverlay({ kind: "sign-in", endpoint: account.endpoint })}>
              {strings.accounts.signInAgain}
            </Button>
          )}
        </div>
      </section>
    ),
  );
}
