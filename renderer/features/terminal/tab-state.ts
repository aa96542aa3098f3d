import type { Session } from "../../../shared/models.ts";
import type { Pane } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import type { Status } from "../../ui/StatusShape.tsx";

interface TabDescription {
  readonly status: Status;
  readonly word: string;
  /** Empty while the host has not chosen a machine. */
  readonly machine: string;
  readonly region: string;
}

const STATUS: Record<Session["state"], Status> = {
  connecting: "starting",
  open: "running",
  ended: "stopped",
  failed: "trouble",
};

/** What a tab says of its shell: shape, word, machine and region. */
export function describePane(pane: Pane, session: Session | undefined): TabDescription {
  const place = {
    machine: session?.target.machineName ?? pane.request.machine?.name ?? "",
    region: session?.target.region ?? pane.request.machine?.region ?? "",
  };
  if (pane.kind === "restored" || session?.restored != null)
    return { ...place, status: "stopped", word: strings.panes.restoredWord };
  if (pane.kind === "refused") return { ...place, status: "trouble", word: strings.shell.states.failed };
  const state = session?.state ?? "connecting";
  return { ...place, status: STATUS[state], word: strings.shell.states[state] };
}
