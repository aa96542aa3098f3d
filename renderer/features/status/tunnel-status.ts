import type { Tunnel } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import type { Status } from "../../ui/StatusShape.tsx";

const STATUS: Record<Tunnel["state"], Status> = {
  connecting: "starting",
  up: "running",
  silent: "trouble",
  failed: "trouble",
};

export function tunnelStatus(tunnel: Pick<Tunnel, "state">): Status {
  return STATUS[tunnel.state];
}

/** What carries the tunnel's packets by the name that people know; null until an answer came over one. */
export function carrierName({ carrier, lastHandshakeAt }: Pick<Tunnel, "carrier" | "lastHandshakeAt">): string | null {
  if (lastHandshakeAt === null) return null;
  return strings.carriers[carrier] ?? carrier;
}
