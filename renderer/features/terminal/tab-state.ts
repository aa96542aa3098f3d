import type { Session, Tunnel } from "../../../shared/models.ts";
import { panesOf } from "../../state/layout.ts";
import { markOf, type Pane, type PaneMark, type ShellState, type Tab } from "../../state/shell-store.ts";
import { carriesNothing } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import type { Status } from "../../ui/StatusShape.tsx";

interface PaneDescription {
  readonly status: Status;
  readonly word: string;
  /** Empty while the host has not chosen a machine. */
  readonly machine: string;
  readonly region: string;
  /** Of a shell that ended in another way than well. */
  readonly exit: string | null;
}

const STATUS: Record<Session["state"], Status> = {
  connecting: "starting",
  open: "running",
  ended: "stopped",
  failed: "trouble",
};

/** What a tab or header says of a shell: shape, word, machine, region and how it ended. */
export function describePane(pane: Pane, session: Session | undefined): PaneDescription {
  const place = {
    machine: session?.target.machineName || pane.request.machine?.name || "",
    region: session?.target.region || pane.request.machine?.region || "",
    exit: null,
  };
  if (pane.kind === "restored" || session?.restored != null)
    return { ...place, status: "stopped", word: strings.panes.restoredWord };
  if (pane.kind === "refused") return { ...place, status: "trouble", word: strings.shell.states.failed };
  const state = session?.state ?? "connecting";
  return { ...place, status: STATUS[state], word: strings.shell.states[state], exit: exitOf(session) };
}

function exitOf(session: Session | undefined): string | null {
  if (session?.state !== "ended" || session.exit === null) return null;
  const { code, signal } = session.exit;
  if (signal !== null) return signal;
  return code === null || code === 0 ? null : strings.panes.exit(code);
}

/** The same of a shell that is open, while its tunnel carries nothing: it may come back, but nobody hears it now. */
export function withTunnel(description: PaneDescription, tunnel: Tunnel["state"] | undefined): PaneDescription {
  if (description.status !== "running" || !carriesNothing(tunnel)) return description;
  return { ...description, status: "silent", word: strings.shell.behind[tunnel] };
}

/** What happened in a tab while nobody looked, and how far its program is: in any of its panes. */
export function tabMark(state: ShellState, tab: Tab): Pick<PaneMark, "news" | "bell" | "progress"> {
  const marks = panesOf(tab.root).map((key) => markOf(state, key));
  return {
    news: marks.some(({ news }) => news),
    bell: marks.some(({ bell }) => bell),
    progress: markOf(state, tab.focused).progress ?? marks.find(({ progress }) => progress !== null)?.progress ?? null,
  };
}

/** In words, for those who do not see it. */
export function spokenMark({ news, bell, progress }: ReturnType<typeof tabMark>): string[] {
  return [
    news ? strings.panes.news : "",
    bell ? strings.panes.bell : "",
    progress === null ? "" : strings.panes.progress(progress.state, progress.value),
  ];
}
