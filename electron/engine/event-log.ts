import { type EventFacts, type EventKind, type NetworkEvent, newestEvents } from "../../shared/network-events.ts";
import type { Clock } from "../base/clock.ts";

/** What an event is about. */
export interface EventSubject {
  readonly accountId: string;
  readonly orgSlug: string;
  /** Null for a shell, and for what concerns no tunnel. */
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
/** A shell that comes and goes: what stands between two of the same kind, if they are not too far apart. */
const COMING_AND_GOING: ReadonlySet<EventKind> = new Set(["shell-opened", "shell-lost", "shell-failed"]);
const APART_MS = 10 * 60_000;
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
    const index = this.#repeated(subject, facts, now);
    const before = this.#events[index];
    const event: NetworkEvent =
      before === undefined
        ? { id: this.#nextId++, at: now, lastAt: now, times: 1, ...subject, facts }
        : { ...before, lastAt: now, times: before.times + 1, facts };
    if (before !== undefined) this.#events[index] = event;
    else {
      this.#events = newestEvents([...this.#events, event]);
    }
    this.#options.onEvent(event);
  }

  /** The oldest first. */
  list(): NetworkEvent[] {
    return [...this.#events];
  }

  /** Where the event stands that this one repeats; -1 when it is new. */
  #repeated(subject: EventSubject, facts: EventFacts, now: number): number {
    const key = keyOf(facts);
    const place = placeOf(facts);
    const last = this.#events.length - 1;
    for (let i = last; i >= 0 && last - i < LOOK_BACK; i--) {
      const event = this.#events[i]!;
      if (!isSame(event, subject) || placeOf(event.facts) !== place) continue;
      const comesAndGoes = COMING_AND_GOING.has(event.facts.kind) && now - event.lastAt < APART_MS;
      if (event.facts.kind === facts.kind && keyOf(event.facts) === key && (place === "" || comesAndGoes)) return i;
      if (!ROUTINE.has(event.facts.kind) && !comesAndGoes) return -1;
    }
    return -1;
  }
}

function isSame(event: NetworkEvent, { accountId, orgSlug, tunnelId }: EventSubject): boolean {
  return event.accountId === accountId && event.orgSlug === orgSlug && event.tunnelId === tunnelId;
}

/** The machine of a shell; empty for what is told of a tunnel. */
function placeOf(facts: EventFacts): string {
  return "machine" in facts ? JSON.stringify([facts.app, facts.machine, facts.region]) : "";
}

/** Equal for events that differ in what was measured only. */
function keyOf(facts: EventFacts): string {
  return JSON.stringify({ ...facts, rttMs: null, readyMs: null, attempts: null, packets: null });
}
