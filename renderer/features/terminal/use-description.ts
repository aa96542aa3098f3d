import type { Session } from "../../../shared/models.ts";
import { useBridgeState } from "../../bridge/use-bridge-state.ts";
import type { Pane } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { describePane } from "./tab-state.ts";

/** describePane, but nothing is claimed of a shell while nobody answers who would know. */
export function useDescription(pane: Pane, session: Session | undefined): ReturnType<typeof describePane> {
  const isGone = useBridgeState() === "gone";
  const description = describePane(pane, session);
  return isGone ? { ...description, status: "unknown", word: strings.status.unknown } : description;
}
