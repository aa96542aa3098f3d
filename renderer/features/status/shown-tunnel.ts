import type { Session, Tunnel } from "../../../shared/models.ts";
import { activePane, type ShellRequest, sessionOf, useShells } from "../../state/shell-store.ts";
import { tunnelOf, useTunnels } from "../../state/tunnel-store.ts";
import { useWindow } from "../../state/window-store.ts";

/** The tunnel that a person chose, or else that of the shell in front. */
export function useShownTunnel(): Tunnel | undefined {
  const tunnels = useTunnels((state) => state.tunnels);
  const target = useShells((state) => activePane(state)?.request);
  const chosen = useWindow(({ statsTunnel }) => statsTunnel);
  return choose(tunnels, target, chosen);
}

/** The same, as it is now: for commands. */
export function shownTunnel(): Tunnel | undefined {
  const target = activePane(useShells.getState())?.request;
  return choose(useTunnels.getState().tunnels, target, useWindow.getState().statsTunnel);
}

function choose(
  tunnels: readonly Tunnel[],
  target: ShellRequest | undefined,
  chosen: string | undefined,
): Tunnel | undefined {
  return (
    tunnels.find(({ id }) => id === chosen) ??
    tunnelOf(tunnels, target) ??
    (target === undefined ? tunnels[0] : undefined)
  );
}

export function chooseTunnel(statsTunnel: string | undefined): void {
  useWindow.setState({ statsTunnel });
}

/** The shell that is being connected: the one in front, or any. */
export function useConnecting(): Session | undefined {
  return useShells((state) => {
    const front = sessionOf(state, activePane(state));
    if (front !== undefined) return front.state === "connecting" ? front : undefined;
    return [...state.sessions.values()].find((one) => one.state === "connecting");
  });
}

/** The stage that runs, by its name; null before the first one does. */
export function runningStage({ stages }: Session): Session["stages"][number]["name"] | null {
  return stages.find(({ state }) => state === "running")?.name ?? null;
}
