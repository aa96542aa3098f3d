import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileKey2, FlaskConical, KeyRound } from "lucide-react";
import { useEffect, useState } from "react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Account } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { accountName, serverOf } from "../../state/account-name.ts";
import { announce } from "../../state/announcer.ts";
import { queries } from "../../state/queries.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { AccountIcon } from "../apps/TreeRowView.tsx";
import { PeersLeft } from "../peers/PeersLeft.tsx";
import { useStartDemo } from "../sign-in/use-start-demo.ts";
import { SettingBlock } from "./SettingRow.tsx";

/** Accounts and imported configurations: what there is, how to add one, how to let one go. */
export function AccountsPane() {
  const bridge = useBridge();
  const client = useQueryClient();
  const accounts = useQuery(queries.accounts(bridge));
  const demo = useStartDemo();
  const [leaving, setLeaving] = useState<Account | null>(null);
  const remove = useMutation({
    mutationFn: (account: Account) => bridge.call("accounts.remove", { accountId: account.id }),
    onSuccess: async ({ peersLeft }) => {
      if (peersLeft.length > 0) announce(strings.peersLeft.title(peersLeft.length), "assertive");
      setLeaving(null);
      await client.invalidateQueries({ queryKey: queries.leftPeers(bridge).queryKey });
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
    },
  });
  const leave = useMutation({
    mutationFn: (account: Account) => bridge.call("accounts.leavePeers", { accountId: account.id }),
  });
  // It went in another window, or while the link was lost.
  const isGone = leaving !== null && accounts.data?.every(({ id }) => id !== leaving.id) === true;
  useEffect(() => {
    if (isGone) setLeaving(null);
  }, [isGone]);
  const ask = (account: Account): void => {
    remove.reset();
    setLeaving(account);
  };
  return (
    <SettingBlock label={strings.accounts.title} words={strings.accounts.words}>
      <div className="flex flex-wrap gap-2">
        <Button icon={<KeyRound className="size-4" />} onClick={() => showOverlay({ kind: "sign-in" })}>
          {strings.add.signIn}
        </Button>
        <Button icon={<FileKey2 className="size-4" />} onClick={() => showOverlay({ kind: "import" })}>
          {strings.add.importConfig}
        </Button>
        {accounts.data?.every(({ kind }) => kind !== "demo") === true && (
          <Button icon={<FlaskConical className="size-4" />} busy={demo.isPending} onClick={() => demo.mutate()}>
            {strings.add.demo}
          </Button>
        )}
      </div>
      {demo.error !== null && <ErrorNote error={errorInfoOf(demo.error)} />}
      {accounts.error !== null && (
        <ErrorNote error={errorInfoOf(accounts.error)} onRetry={() => void accounts.refetch()} />
      )}
      <PeersLeft />
      {accounts.isPending && <Skeleton />}
      {accounts.data?.length === 0 && <EmptyState title={strings.accounts.none} />}
      <ul aria-label={strings.accounts.title} className="flex flex-col">
        {accounts.data?.map((account) => (
          <AccountRow key={account.id} account={account} onRemove={() => ask(account)} />
        ))}
      </ul>
      <Confirm
        open={leaving !== null}
        title={leaving === null ? "" : strings.accounts.removeTitle(leaving.kind, accountName(leaving))}
        confirmLabel={strings.accounts.remove(leaving?.kind ?? "platform")}
        busy={remove.isPending}
        error={remove.error === null ? null : errorInfoOf(remove.error)}
        {...(leaving?.kind === "platform" && {
          wait: {
            text: strings.accounts.removingPeers,
            hint: strings.accounts.leaveText,
            endLabel: strings.accounts.leavePeers,
            isEnding: leave.isPending,
            onEnd: () => leave.mutate(leaving),
          },
        })}
        onConfirm={() => leaving !== null && remove.mutate(leaving)}
        onCancel={() => setLeaving(null)}
      >
        <p>{strings.accounts.removeTexts[leaving?.kind ?? "platform"]}</p>
      </Confirm>
    </SettingBlock>
  );
}

function AccountRow({ account, onRemove }: { account: Account; onRemove(): void }) {
  return (
    <li className="flex flex-col gap-2 border-b border-line py-3 last:border-b-0">
      <div className="flex items-center gap-3">
        <AccountIcon kind={account.kind} />
        <div className="flex min-w-0 flex-1 flex-col">
          <span className="flex items-center gap-2">
            <span className="truncate font-medium">{account.label}</span>
            {account.kind === "demo" && <Badge tone="accent">{strings.accounts.demo}</Badge>}
          </span>
          <span className="truncate text-text-3">
            {serverOf(account) ?? account.viewer ?? strings.accounts.kinds[account.kind]}
          </span>
        </div>
        <Button look="danger" onClick={onRemove}>
          {strings.accounts.remove(account.kind)}
        </Button>
      </div>
      {account.error !== null && (
        <p className="text-bad">
          {sentenceFor(account.error.code)} {account.error.detail}
        </p>
      )}
    </li>
  );
}
