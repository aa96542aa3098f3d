import type { Bridge } from "../bridge/bridge.ts";
import { errorInfoOf, isLinkLost } from "../bridge/bridge-error.ts";
import { useShells } from "./shell-store.ts";

/** Ends a shell on the host. Where the link breaks before the answer it is said again: nobody would see that it runs on. */
export function closeSession(bridge: Bridge, sessionId: string): void {
  void tell(bridge, sessionId);
}

/** The link is back: what was closed without an answer is closed once more. */
export async function closeAgain(bridge: Bridge): Promise<void> {
  await Promise.all([...useShells.getState().closing].map((sessionId) => tell(bridge, sessionId)));
}

async function tell(bridge: Bridge, sessionId: string): Promise<void> {
  useShells.setState(({ closing }) => ({ closing: new Set(closing).add(sessionId) }));
  try {
    await bridge.call("sessions.close", { sessionId });
  } catch (reason) {
    // Any other answer is one: the host knows of no such shell.
    if (isLinkLost(errorInfoOf(reason))) return;
  }
  useShells.setState(({ closing }) => ({ closing: new Set([...closing].filter((id) => id !== sessionId)) }));
}
