import { showOverlay } from "../../state/window-store.ts";
import type { NetworkCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";
import { notYet } from "./not-yet.ts";

export const networkActions: Record<NetworkCommand, Action> = {
  startDemo: notYet,
  signIn: { run: () => showOverlay({ kind: "sign-in" }) },
  importConfig: { run: () => showOverlay({ kind: "import" }) },
  startCapture: notYet,
  stopCapture: notYet,
  copyStats: notYet,
};
