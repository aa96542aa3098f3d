import type { NetworkEvent } from "../../../shared/network-events.ts";
import type { EventWords } from "../../strings/events.ts";
import { strings } from "../../strings.ts";
import { duration, integer, momentOf } from "../../ui/format.ts";
import { type EventGroup, lookOf } from "./event-look.ts";

const WORDS: EventWords = {
  carrier: (name) => strings.carriers[name] ?? name,
  duration,
  count: integer,
  reason: strings.drops.of,
};

export function sentenceOf({ facts }: NetworkEvent): string {
  return strings.events.sentence(facts, WORDS);
}

/** What the network of an event is called. */
export type NetworkNamer = (event: Pick<NetworkEvent, "accountId" | "orgSlug">) => string;

/** One line of what is copied: time, network, what, details, how often. */
export function eventLine(event: NetworkEvent, networkOf: NetworkNamer): string {
  const { facts, at, lastAt, times } = event;
  const often = times === 1 ? "" : ` (${strings.events.timesSpoken(integer(times), new Date(at).toISOString())})`;
  return `${new Date(lastAt).toISOString()}  ${networkOf(event)}  ${strings.events.names[facts.kind]}: ${sentenceOf(event)}${often}`;
}

export type EventFilter = "all" | "trouble" | EventGroup;

/** What happened last first, an event that repeats itself by its last time. `text` is looked for in everything that a row shows. */
export function filterEvents(
  events: readonly NetworkEvent[],
  filter: EventFilter,
  text: string,
  now: number,
  networkOf: NetworkNamer,
): readonly NetworkEvent[] {
  const wanted = text.trim().toLocaleLowerCase();
  return events
    .filter((event) => {
      const look = lookOf(event.facts.kind);
      if (filter === "trouble" ? !look.trouble : filter !== "all" && look.group !== filter) return false;
      if (wanted === "") return true;
      const { names } = strings.events;
      const shown = [names[event.facts.kind], sentenceOf(event), networkOf(event), momentOf(event.lastAt, now)];
      return shown.join(" ").toLocaleLowerCase().includes(wanted);
    })
    .toSorted((one, other) => other.lastAt - one.lastAt || other.id - one.id);
}
