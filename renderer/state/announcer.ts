import { create } from "zustand";
import { sentenceFor } from "../../shared/errors.ts";
import type { Session } from "../../shared/models.ts";
import { strings } from "../strings.ts";

interface Announcement {
  readonly polite: string;
  readonly assertive: string;
}

/** What a screen reader is told, shown in two hidden live regions. */
export const useAnnouncer = create<Announcement>(() => ({ polite: "", assertive: "" }));

export function announce(text: string, how: keyof Announcement): void {
  useAnnouncer.setState({ [how]: text });
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
