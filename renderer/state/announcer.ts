import { create } from "zustand";
import { sentenceFor } from "../../shared/errors.ts";
import type { Account, Session, Tunnel } from "../../shared/models.ts";
import type { Settings } from "../../shared/settings.ts";
import { strings } from "../strings.ts";
import { tunnelNames } from "./network-names.ts";

interface Announcement {
  readonly polite: string;
  readonly assertive: string;
}

/** What a screen reader is told, shown in two hidden live regions. */
export const useAnnouncer = create<Announcement>(() => ({ polite: "", assertive: "" }));

/** What comes within this time of the last words is told with the next ones: ten shells that are lost are not ten interruptions. */
const QUIET_MS = 2_000;
const MOST_AT_ONCE = 3;
/** Who walks over the page later must not read old words as if they were of now. */
const CLEARED_MS = 8_000;

interface Channel {
  waiting: string[];
  /** Empties the region; started anew by each announcement. */
  clearing: ReturnType<typeof setTimeout> | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const channels: Record<keyof Announcement, Channel> = {
  polite: { waiting: [], clearing: undefined, timer: undefined },
  assertive: { waiting: [], clearing: undefined, timer: undefined },
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
  clearTimeout(channel.clearing);
  channel.clearing = setTimeout(() => useAnnouncer.setState({ [how]: "" }), CLEARED_MS);
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

/**
 * Tunnels that came up, fell silent, failed or went, and captures of them that began or ended. `accounts`: those that give
 * tunnels their names, of tunnels that went, too.
 */
export function announceTunnels(
  before: readonly Tunnel[],
  now: readonly Tunnel[],
  accounts: readonly Account[] = [],
): void {
  const words = strings.announceTunnel;
  const known = new Map(before.map((tunnel) => [tunnel.id, tunnel]));
  const names = tunnelNames([...new Map([...before, ...now].map((tunnel) => [tunnel.id, tunnel])).values()], accounts);
  const nameOf = ({ id, orgSlug }: Tunnel): string => names.get(id) ?? orgSlug;
  for (const tunnel of now) {
    const { state, error } = tunnel;
    const name = nameOf(tunnel);
    const old = known.get(tunnel.id)?.state;
    announceCapture(known.get(tunnel.id), tunnel, name);
    known.delete(tunnel.id);
    if (old === state) continue;
    if (state === "up") announce(words.up(name), "polite");
    else if (state === "silent") announce(words.silent(name), "polite");
    else if (state === "failed") announce(words.failed(name, error === null ? "" : sentenceFor(error.code)), "polite");
  }
  for (const gone of known.values()) announce(words.closed(nameOf(gone)), "polite");
}

function announceCapture(before: Tunnel | undefined, { capture }: Tunnel, name: string): void {
  const words = strings.announceTunnel;
  const was = before?.capture?.state === "running";
  if (capture?.state === "running" && !was) announce(words.captureStarted(name), "polite");
  else if (was && capture?.state !== "running")
    announce(capture?.state === "failed" ? words.captureFailed(name) : words.captureStopped(name), "polite");
}

/** Apps that were marked as production or no longer are, here or in another window. Keys as of appKey. */
export function announceMarks(before: Settings["marks"], now: Settings["marks"]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const is = now[key]?.production === true;
    if ((before[key]?.production === true) === is) continue;
    const name = key.slice(key.lastIndexOf("/") + 1);
    announce(is ? strings.announce.production(name) : strings.announce.notProduction(name), "polite");
  }
}
