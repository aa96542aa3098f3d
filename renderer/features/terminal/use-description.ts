import { useQuery } from "@tanstack/react-query";
import type { Session, Tunnel } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState, useHostSilence } from "../../bridge/use-bridge-state.ts";
import { useEngineSilence } from "../../state/engine-silence.ts";
import { queries } from "../../state/queries.ts";
import type { Pane, ShellRequest } from "../../state/shell-store.ts";
import { carrierOf, carriesNothing, heardAtOf, useTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { describePane, withTunnel } from "./tab-state.ts";

/** describePane with the state of its tunnel, but nothing is claimed of a shell while nobody answers who would know. */
export function useDescription(pane: Pane, session: Session | undefined): ReturnType<typeof describePane> {
  const isGone = useBridgeState() === "gone";
  const isHostSilent = useHostSilence();
  const isEngineSilent = useEngineSilence((engine) => engine.isSilent);
  const isUnknown = isGone || isHostSilent || isEngineSilent;
  const description = withTunnel(describePane(pane, session), useTunnelState(pane));
  return isUnknown ? { ...description, status: "unknown", word: strings.status.unknown } : description;
}

/** Of the tunnel that carries the pane's shell. */
function useTunnelState({ request }: Pane): Tunnel["state"] | undefined {
  const network = useAppNetwork(request);
  return useTunnels(({ briefs }) => carrierOf(briefs, request, network)?.state);
}

/** The tunnel of an open shell while it carries nothing; nothing is claimed of it while nobody answers who would know. */
export function useSilentTunnel(pane: Pane, session: Session): Tunnel | undefined {
  const isReached = useBridgeState() === "open";
  const isHostSilent = useHostSilence();
  const network = useAppNetwork(pane.request);
  return useTunnels(({ tunnels }) => {
    if (session.state !== "open" || !isReached || isHostSilent) return undefined;
    const tunnel = carrierOf(tunnels, pane.request, network);
    return carriesNothing(tunnel?.state) ? tunnel : undefined;
  });
}

/** Whether the gateway of such a shell's tunnel was heard before: then what is wrong now was not so from the beginning. */
export function useTunnelHadWorked(request: ShellRequest): boolean {
  const network = useAppNetwork(request);
  return useTunnels(({ tunnels }) => {
    const tunnel = carrierOf(tunnels, request, network);
    return tunnel !== undefined && heardAtOf(tunnel) > 0;
  });
}

/** Asks for nothing: an app's network is known once the app is listed. */
function useAppNetwork(request: ShellRequest): string | null | undefined {
  const { data } = useQuery({ ...queries.apps(useBridge(), request), enabled: false });
  return data?.find(({ name }) => name === request.appName)?.network;
}
