import { memo, useMemo, useState } from "react";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import { useNetworkName } from "../../state/network-names.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { integer, momentOf } from "../../ui/format.ts";
import { NoMatch } from "../../ui/NoMatch.tsx";
import { Scroll } from "../../ui/Scroll.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { lookOf } from "./event-look.ts";
import { type EventFilter, eventLine, filterEvents, sentenceOf } from "./event-text.ts";

const FIRST = 100;
const FILTER_ID = "event-filter";
const GROUPS = (["all", "tunnel", "shells", "trouble"] as const).map((value) => ({
  value,
  label: strings.events.groups[value],
}));

/** The time-line: what happened to the tunnel and its shells, the newest first. `named`: events of several tunnels. */
export const EventsPanel = memo(function EventsPanel({
  events,
  named = false,
}: {
  events: readonly NetworkEvent[];
  named?: boolean;
}) {
  const s = strings.events;
  const [filter, setFilter] = useState<EventFilter>("all");
  const [text, setText] = useState("");
  const networkOf = useNetworkName();
  const [all, setAll] = useState(false);
  // Days change while nobody looks; with each event is often enough.
  const now = useMemo(() => (events.length === 0 ? 0 : Date.now()), [events]);
  const found = useMemo(
    () => filterEvents(events, filter, text, now, networkOf),
    [events, filter, text, now, networkOf],
  );
  const clear = (): void => {
    setFilter("all");
    setText("");
  };
  const shown = all ? found : found.slice(0, FIRST);
  if (events.length === 0) return <EmptyState title={s.none} text={s.noneText} />;
  return (
    <div className="@container flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        <Choice label={s.filter} value={filter} options={GROUPS} onChoose={setFilter} />
        <SearchField
          id={FILTER_ID}
          label={s.search}
          value={text}
          onText={setText}
          className="min-w-32 flex-1 @xl:max-w-64"
        />
        <span role="status" className="text-xs text-text-3 tabular-nums">
          {s.shown(integer(found.length), integer(events.length))}
        </span>
        <CopyButton
          text={() =>
            found
              .toReversed()
              .map((event) => eventLine(event, networkOf))
              .join("\n")
          }
          label={s.copy}
        />
      </div>
      {found.length === 0 ? (
        <NoMatch title={s.noMatch} field={FILTER_ID} onClear={clear} />
      ) : (
        <Scroll className="min-h-0 flex-1">
          <table aria-label={s.title} className="w-full text-left tabular-nums">
            <thead className="sr-only">
              <tr>
                <th scope="col">{s.time}</th>
                <th scope="col">{s.what}</th>
                <th scope="col">{s.details}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((event) => (
                <Row key={event.id} event={event} now={now} network={named ? networkOf(event) : null} />
              ))}
            </tbody>
          </table>
          {shown.length < found.length && (
            <div className="p-2 text-center">
              <Button look="quiet" onClick={() => setAll(true)}>
                {s.showAll}
              </Button>
            </div>
          )}
        </Scroll>
      )}
    </div>
  );
});

/** `network`: named before what happened, where the events are of several. */
function Row({ event, now, network }: { event: NetworkEvent; now: number; network: string | null }) {
  const s = strings.events;
  const { facts, at, lastAt, times } = event;
  const { status } = lookOf(facts.kind);
  return (
    <tr className="align-top hover:bg-hover">
      <td className="w-px py-1 pl-3 text-xs leading-5 whitespace-nowrap text-text-3">
        <time dateTime={new Date(lastAt).toISOString()}>{momentOf(lastAt, now)}</time>
      </td>
      <td className="w-px py-1 pl-3 whitespace-nowrap">
        <span className="flex items-center gap-1.5 font-medium">
          <StatusShape status={status} still />
          {s.names[facts.kind]}
          {times > 1 && (
            <span className="text-xs font-normal text-text-3" title={s.timesSpoken(integer(times), momentOf(at, now))}>
              <span aria-hidden="true">{s.times(integer(times))}</span>
              <span className="sr-only">{s.timesSpoken(integer(times), momentOf(at, now))}</span>
            </span>
          )}
        </span>
      </td>
      <td className="px-3 py-1 text-text-2 wrap-anywhere">
        {network !== null && <span className="text-text-3">{network} · </span>}
        {sentenceOf(event)}
      </td>
    </tr>
  );
}
