import type { Tunnel } from "../../../shared/models.ts";
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
