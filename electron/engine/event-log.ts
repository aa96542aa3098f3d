import {
  type EventFacts,
  type EventKind,
  MOST_NETWORK_EVENTS,
  type NetworkEvent,
} from "../../shared/network-events.ts";
import type { Clock } from "../base/clock.ts";

/** What an event is about. */
export interface EventSubject {
  readonly accountId: string;
  readonly orgSlug: string;
  /** Null for a shell. */
  readonly tunnelId: string | null;
}

export interface EventLogOptions {
  readonly clock: Clock;
  /** A new event, or one that is known by its id and happened again. */
  onEvent(event: NetworkEvent): void;
}

/** What goes on all day: it may stand between an event and its repetition, which then still count as one. */
const ROUTINE: ReadonlySet<EventKind> = new Set([
  "handshake",
  "cookie-asked",
  "handshake-refused",
  "gateway-silent",
  "name-looked-up",
  "roamed",
]);
/** A tunnel of many peers has a routine for each; further back than this nothing is looked for. */
const LOOK_BACK = 64;

/**
 * The last events of tunnels and shells, in order. What repeats itself is one event with a count, so that a night of new
 * keys, or somebody who floods us, does not push out what a person looks for.
 */
export class EventLog {
  readonly #options: EventLogOptions;
  #events: NetworkEvent[] = [];
  #nextId = 1;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  add({ accountId, orgSlug, tunnelId }: EventSubject, facts: EventFacts): void {
    const now = this.#options.clock.wall();
    const subject = { accountId, orgSlug, tunnelId };
    const index = this.#repeated(subject, facts);
    const before = this.#events[index];
    const event: NetworkEvent =
      before === undefined
        ? { id: this.#nextId++, at: now, lastAt: now, times: 1, ...subject, facts }
        : { ...before, lastAt: now, times: before.times + 1, facts };
    if (before !== undefined) this.#events[index] = event;
    else {
      this.#events.push(event);
      if (this.#events.length > MOST_NETWORK_EVENTS) this.#events = this.#events.slice(-MOST_NETWORK_EVENTS);
    }
    this.#options.onEvent(event);
  }

  /** The oldest first. */
  list(): NetworkEvent[] {
    return [...this.#events];
  }

  /** Where the event stands that this one repeats; -1 when it is new. */
  #repeated(subject: EventSubject, facts: EventFacts): number {
    const key = keyOf(facts);
    const last = this.#events.length - 1;
    for (let i = last; i >= 0 && last - i < LOOK_BACK; i--) {
      const event = this.#events[i]!;
      if (!isSame(event, subject)) continue;
      if (event.facts.kind === facts.kind && keyOf(event.facts) === key) return i;
      if (!ROUTINE.has(event.facts.kind)) return -1;
    }
    return -1;
  }
}

function isSame(event: NetworkEvent, { accountId, orgSlug, tunnelId }: EventSubject): boolean {
  return event.accountId === accountId && event.orgSlug === orgSlug && event.tunnelId === tunnelId;
}

/** Equal for events that differ in what was measured only. */
function keyOf(facts: EventFacts): string {
  return JSON.stringify({ ...facts, rttMs: null, readyMs: null, attempts: null, packets: null });
}
