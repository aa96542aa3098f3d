import type { Tunnel } from "../../shared/models.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { takeTunnels } from "./tunnel-store.ts";

export function isCapturing(tunnel: Tunnel | undefined): boolean {
  return tunnel?.capture?.state === "running";
}

/** Starts or ends the packet capture of a tunnel's inside; the window shows the change at once. Rejects with a BridgeError. */
export async function switchCapture(bridge: Bridge, tunnelId: string, start: boolean): Promise<void> {
  await bridge.call(start ? "tunnels.startCapture" : "tunnels.stopCapture", { tunnelId });
  takeTunnels(await bridge.call("tunnels.list", {}), Date.now());
}
