import type { Tunnel } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import type { Status } from "../../ui/StatusShape.tsx";

const STATUS: Record<Tunnel["state"], Status> = {
  connecting: "starting",
  up: "running",
  silent: "trouble",
  failed: "trouble",
};

export function tunnelStatus(tunnel: Tunnel): Status {
  return STATUS[tunnel.state];
}

/** What carries the tunnel's packets by the name that people know. */
export function carrierName({ carrier }: Tunnel): string {
  return strings.carriers[carrier] ?? carrier;
}
