import { create } from "zustand";
import type { Tunnel } from "../../shared/models.ts";
import { type NetworkEvent, newestEvents } from "../../shared/network-events.ts";

interface EventState {
  /** The oldest first. */
  readonly events: readonly NetworkEvent[];
}

/** What happened to tunnels and shells, as the engine tells it. */
export const useNetworkEvents = create<EventState>(() => ({ events: [] }));

/** All that the engine has: after a restart it counts anew, so nothing of before is kept. */
export function takeEvents(events: readonly NetworkEvent[]): void {
  useNetworkEvents.setState({ events: newestEvents(events) });
}

/** A new one, or one that happened again. */
export function takeEvent(event: NetworkEvent): void {
  useNetworkEvents.setState(({ events }) => {
    const at = events.findLastIndex(({ id }) => id === event.id);
    return { events: at === -1 ? newestEvents([...events, event]) : events.with(at, event) };
  });
}

/** Of this tunnel, and of the shells of its organization; all of them without a tunnel. */
export function eventsOf(events: readonly NetworkEvent[], tunnel: Tunnel | undefined): readonly NetworkEvent[] {
  if (tunnel === undefined) return events;
  return events.filter(({ accountId, orgSlug, tunnelId }) =>
    tunnelId === null ? accountId === tunnel.accountId && orgSlug === tunnel.orgSlug : tunnelId === tunnel.id,
  );
}
