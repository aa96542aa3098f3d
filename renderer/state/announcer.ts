import { create } from "zustand";
import { sentenceFor } from "../../shared/errors.ts";
import type { Session, Tunnel } from "../../shared/models.ts";
import { strings } from "../strings.ts";

interface Announcement {
  readonly polite: string;
  readonly assertive: string;
}

/** What a screen reader is told, shown in two hidden live regions. */
export const useAnnouncer = create<Announcement>(() => ({ polite: "", assertive: "" }));

/** What comes within this time of the last words is told with the next ones: ten shells that are lost are not ten interruptions. */
const QUIET_MS = 2_000;
const MOST_AT_ONCE = 3;

interface Channel {
  waiting: string[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

const channels: Record<keyof Announcement, Channel> = {
  polite: { waiting: [], timer: undefined },
  assertive: { waiting: [], timer: undefined },
};

/** Told at once after a pause, or else together with what came meanwhile. */
export function announce(text: string, how: keyof Announcement): void {
  const channel = channels[how];
  if (!channel.waiting.includes(text)) channel.waiting.push(text);
  if (channel.timer === undefined) tell(how);
}

function tell(how: keyof Announcement): void {
  const channel = channels[how];
  channel.timer = undefined;
  if (channel.waiting.length === 0) return;
  const texts = channel.waiting.splice(0);
  const told = texts.slice(0, MOST_AT_ONCE);
  if (texts.length > told.length) told.push(strings.announceTunnel.more(texts.length - told.length));
  const text = told.join(". ");
  // The same words again are a change only if something of them changes.
  useAnnouncer.setState((state) => ({ [how]: state[how] === text ? `${text}\u00a0` : text }));
  channel.timer = setTimeout(() => tell(how), QUIET_MS);
}

/** Only changes of state are told, never figures. */
export function announceSession(before: Session | undefined, now: Session): void {
  if (before === undefined || before.state === now.state) return;
  const name = strings.shell.title(now.target.appName, now.target.machineName, now.target.region);
  if (now.state === "open") announce(strings.announce.open(name), "polite");
  else if (now.state === "ended") announce(strings.announce.ended(name), "polite");
  else if (now.state === "failed") {
    const reason = now.error === null ? "" : sentenceFor(now.error.code);
    announce(strings.announce.failed(name, reason), before.state === "open" ? "assertive" : "polite");
  }
}

/** Tunnels that came up, fell silent, failed or went. */
export function announceTunnels(before: readonly Tunnel[], now: readonly Tunnel[]): void {
  const words = strings.announceTunnel;
  const known = new Map(before.map((tunnel) => [tunnel.id, tunnel]));
  for (const tunnel of now) {
    const { orgSlug, state, error } = tunnel;
    const old = known.get(tunnel.id)?.state;
    known.delete(tunnel.id);
    if (old === state) continue;
    if (state === "up") announce(words.up(orgSlug), "polite");
    else if (state === "silent") announce(words.silent(orgSlug), "polite");
    else if (state === "failed")
      announce(words.failed(orgSlug, error === null ? "" : sentenceFor(error.code)), "polite");
  }
  for (const { orgSlug } of known.values()) announce(words.closed(orgSlug), "polite");
}
