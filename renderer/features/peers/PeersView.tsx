import { RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { activePane, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { NoMatch } from "../../ui/NoMatch.tsx";
import { Pick } from "../../ui/Pick.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { StaleNote } from "../../ui/StaleNote.tsx";
import { ENTRY_ID, useEntryFocus } from "../frame/view-focus.ts";
import { CleanUp } from "./CleanUp.tsx";
import { ConfigActions } from "./ConfigActions.tsx";
import { NewPeer } from "./NewPeer.tsx";
import { PeerDetails } from "./PeerDetails.tsx";
import { PeerTable } from "./PeerTable.tsx";
import { type PeerPlace, type PeerSort, shownRows } from "./peer-rows.ts";
import { usePeers, usePlaces } from "./use-peers.ts";

const ALL = "*";

/** The WireGuard peers of organizations: which there are, which one is this computer, make, rotate, remove. */
export function PeersView() {
  const { places, isLoading, error, retry } = usePlaces();
  const [chosen, setChosen] = useState<string>();
  useEntryFocus();
  const front = useShells(activePane)?.request;
  const wanted = chosen ?? `${front?.accountId}/${front?.orgSlug}`;
  // The organization of the shell in front, or the first one: all of them are asked for only when a person wants them.
  const one = wanted === ALL ? undefined : (places.find(({ key }) => key === wanted) ?? places[0]);
  const shown = one !== undefined ? [one] : places;
  const options = [
    ...(places.length > 1 ? [{ value: ALL, label: strings.peers.allOrganizations }] : []),
    ...places.map(({ key, label }) => ({ value: key, label })),
  ];
  return (
    <div data-region="peers" className="scroll-quiet @container flex h-full flex-col gap-3 overflow-y-auto px-5 py-3">
      <h2 id={ENTRY_ID} tabIndex={-1} className="text-base font-semibold">
        {strings.peers.title}
      </h2>
      <p className="max-w-3xl text-text-2">{one?.fixed === true ? strings.peers.configText : strings.peers.text}</p>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {places.length > 0 ? (
        <Peers
          places={shown}
          pick={
            options.length > 1 && (
              <Pick
                label={strings.peers.organization}
                value={one?.key ?? ALL}
                options={options}
                onPick={(value) => setChosen(value)}
              />
            )
          }
        />
      ) : isLoading ? (
        <Skeleton />
      ) : (
        error === null && <EmptyState title={strings.peers.noAccount} text={strings.peers.noAccountText} />
      )}
    </div>
  );
}

const FILTER_ID = "peer-filter";

function Peers({ places, pick }: { places: readonly PeerPlace[]; pick: ReactNode }) {
  const { rows, isLoading, error, asOf, retry } = usePeers(places);
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<PeerSort>({ by: "name", down: false });
  const [open, setOpen] = useState<string>();
  const shown = shownRows(rows, filter, sort);
  const details = rows.find(({ key }) => key === open);
  const single = places.length === 1 ? places[0] : undefined;
  const hasOwn = rows.some(({ peer }) => peer.thisComputer);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {pick}
        <SearchField
          id={FILTER_ID}
          label={strings.peers.filter}
          value={filter}
          onText={setFilter}
          className="min-w-40 flex-1 @2xl:max-w-80"
        />
        <IconButton label={strings.peers.refresh} onClick={retry}>
          <RotateCw className="size-3.5" />
        </IconButton>
        <span className="flex-1 @max-2xl:hidden" />
        <CleanUp rows={rows} />
        {single?.fixed === true && <ConfigActions key={single.key} place={single} />}
        {single !== undefined && !single.fixed && !isLoading && !hasOwn && (
          <NewPeer key={single.key} org={single} isRotation={false} />
        )}
      </div>
      {error !== null && <ErrorNote error={error} onRetry={retry} />}
      {error !== null && asOf !== null && <StaleNote asOf={asOf} />}
      {rows.length === 0 ? (
        isLoading ? (
          <Skeleton />
        ) : (
          error === null && <EmptyState title={strings.peers.none} text={strings.peers.noneText} />
        )
      ) : (
        <div className="flex flex-col gap-3 @4xl:flex-row @4xl:items-start">
          <div className="flex min-w-0 flex-1 flex-col gap-2">
            {shown.length === 0 ? (
              <NoMatch title={strings.peers.noMatch} field={FILTER_ID} onClear={() => setFilter("")} />
            ) : (
              <PeerTable
                rows={shown}
                terms={filter.toLowerCase().split(/\s+/).filter(Boolean)}
                sort={sort}
                withOrg={places.length > 1}
                fixed={single?.fixed === true}
                chosen={details?.key}
                onSort={setSort}
                onChoose={(key) => setOpen(key === open ? undefined : key)}
              />
            )}
          </div>
          {details !== undefined && (
            <div className="w-full shrink-0 @4xl:w-80">
              <PeerDetails key={details.key} row={details} onClose={() => setOpen(undefined)} />
            </div>
          )}
        </div>
      )}
    </>
  );
}
