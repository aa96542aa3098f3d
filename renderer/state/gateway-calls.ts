import { create } from "zustand";
import type { Bridge } from "../bridge/bridge.ts";

/** Tunnels whose gateway is called because a person asked for it: the pane, the stats and the command speak of one call. */
export const useGatewayCalls = create<{ readonly calls: ReadonlyMap<string, Promise<void>> }>(() => ({
  calls: new Map(),
}));

/** Over new sockets and where the gateway's name leads now; joins a call that is under way. Rejects with a BridgeError. */
export function callGateway(bridge: Bridge, tunnelId: string): Promise<void> {
  const running = useGatewayCalls.getState().calls.get(tunnelId);
  if (running !== undefined) return running;
  const call = ask(bridge, tunnelId);
  useGatewayCalls.setState(({ calls }) => ({ calls: new Map(calls).set(tunnelId, call) }));
  return call;
}

async function ask(bridge: Bridge, tunnelId: string): Promise<void> {
  try {
    await bridge.call("tunnels.retry", { tunnelId });
  } finally {
    useGatewayCalls.setState(({ calls }) => ({ calls: new Map([...calls].filter(([id]) => id !== tunnelId)) }));
  }
}
