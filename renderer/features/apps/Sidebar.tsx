import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { setCurrent } from "../../state/tree-store.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TourCard } from "../frame/TourCard.tsx";
import { useStartDemo } from "../sign-in/use-start-demo.ts";
import { AccountTrouble } from "./AccountTrouble.tsx";
import { AddMenu } from "./AddMenu.tsx";
import { AppTree, NOTHING_SHOWN, type Shown } from "./AppTree.tsx";
import { DemoNote } from "./DemoNote.tsx";
import { FilterField } from "./FilterField.tsx";
import { openApp } from "./open-app.ts";
import { requestOfRow } from "./tree-rows.ts";

/** The left side of the window: accounts, filter and the tree of what can be opened. */
export function Sidebar() {
  const bridge = useBridge();
  const accounts = useQuery(queries.accounts(bridge));
  const client = useQueryClient();
  const demo = useStartDemo();
  const shown = useRef<Shown>(NOTHING_SHOWN);
  const openFirst = (): void => {
    const row = shown.current.rows.find((one) => requestOfRow(one) !== undefined);
    const request = row === undefined ? undefined : requestOfRow(row);
    if (request !== undefined) openApp(bridge, client, request);
  };
  const enterTree = (): void => {
    const first = shown.current.rows[0];
    if (first !== undefined) setCurrent(first.key);
    document.querySelector<HTMLElement>("[data-region=tree]")?.focus();
  };
  return (
    <nav aria-label={strings.tree.landmark} className="flex h-full min-w-0 flex-col overflow-hidden bg-chrome">
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1 pl-3">
        <h2 className="truncate font-semibold">{strings.tree.landmark}</h2>
        <span className="flex-1" />
        <AddMenu demo={demo} />
      </header>
      <DemoNote demo={demo} />
      <AccountTrouble accounts={accounts.data ?? []} />
      <FilterField onOpenFirst={openFirst} onLeave={enterTree} />
      {accounts.error !== null && accounts.data === undefined ? (
        <div className="p-2">
          <ErrorNote error={errorInfoOf(accounts.error)} onRetry={() => void accounts.refetch()} />
        </div>
      ) : accounts.data === undefined ? (
        <Skeleton />
      ) : (
        <AppTree shown={shown} />
      )}
      <TourCard />
    </nav>
  );
}
