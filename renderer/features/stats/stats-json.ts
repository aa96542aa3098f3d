import type { Tunnel } from "../../../shared/models.ts";
import type { NetworkEvent } from "../../../shared/network-events.ts";
import type { Sample } from "../../state/tunnel-store.ts";

/** All that the drawer shows, as text to hand on: a capture's file by its name only, for its folder is this computer's own. */
export function statsJson(
  tunnel: Tunnel,
  samples: readonly Sample[],
  events: readonly NetworkEvent[],
  at: number,
): string {
  const { capture } = tunnel;
  const told = capture === null ? tunnel : { ...tunnel, capture: { ...capture, path: fileName(capture.path) } };
  return JSON.stringify({ at: new Date(at).toISOString(), tunnel: told, samples, events }, null, 2);
}

/** What stands after the last "/" or "\". */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
