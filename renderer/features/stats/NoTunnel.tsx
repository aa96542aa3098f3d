import type { NetworkEvent } from "../../../shared/network-events.ts";
import { strings } from "../../strings.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { runningStage, useConnecting } from "../status/shown-tunnel.ts";
import { EventsPanel } from "./EventsPanel.tsx";

/** Before the first tunnel, while one is made, and after the last: what there is to tell is what happened. */
export function NoTunnel({ events }: { events: readonly NetworkEvent[] }) {
  const s = strings.stats;
  const connecting = useConnecting();
  const stage = connecting === undefined ? null : runningStage(connecting);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {connecting === undefined ? (
        <EmptyState title={s.none} text={s.noneText} />
      ) : (
        <EmptyState
          title={s.connecting}
          {...(stage === null ? {} : { text: s.connectingText(strings.stages.names[stage]) })}
        />
      )}
      {events.length > 0 && (
        <div className="min-h-0 flex-1 border-t border-line">
          <EventsPanel events={events} named />
        </div>
      )}
    </div>
  );
}
