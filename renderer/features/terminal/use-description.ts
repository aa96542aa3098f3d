import { useQuery } from "@tanstack/react-query";
import type { Session, Tunnel } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState, useHostSilence } from "../../bridge/use-bridge-state.ts";
import { queries } from "../../state/queries.ts";
import type { Pane } from "../../state/shell-store.ts";
import { carrierOf, useTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { describePane, withTunnel } from "./tab-state.ts";

/** describePane with the state of its tunnel, but nothing is claimed of a shell while nobody answers who would know. */
export function useDescription(pane: Pane, session: Session | undefined): ReturnType<typeof describePane> {
  const isGone = useBridgeState() === "gone";
  const isSilent = useHostSilence();
  const description = withTunnel(describePane(pane, session), useTunnelState(pane));
  return isGone || isSilent ? { ...description, status: "unknown", word: strings.status.unknown } : description;
}

/** Of the tunnel that carries the pane's shell. Asks for nothing: an app's network is known once the app is listed. */
function useTunnelState({ request }: Pane): Tunnel["state"] | undefined {
  const { data } = useQuery({ ...queries.apps(useBridge(), request), enabled: false });
  const network = data?.find(({ name }) => name === request.appName)?.network;
  return useTunnels(({ briefs }) => carrierOf(briefs, request, network)?.state);
}
