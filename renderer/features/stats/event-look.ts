import type { EventKind } from "../../../shared/network-events.ts";
import type { Status } from "../../ui/StatusShape.tsx";

export type EventGroup = "tunnel" | "shells";

interface Look {
  readonly group: EventGroup;
  readonly status: Status;
  /** A token of ui/tokens.css, that of the shape. */
  readonly colour: string;
  readonly trouble: boolean;
}

const good = (group: EventGroup): Look => ({ group, status: "running", colour: "ok", trouble: false });
const change = (group: EventGroup): Look => ({ group, status: "starting", colour: "warn", trouble: false });
const end = (group: EventGroup): Look => ({ group, status: "stopped", colour: "text-3", trouble: false });
const trouble = (group: EventGroup): Look => ({ group, status: "trouble", colour: "bad", trouble: true });

const LOOKS: Record<EventKind, Look> = {
  "tunnel-opened": end("tunnel"),
  "tunnel-failed": trouble("tunnel"),
  "tunnel-closed": end("tunnel"),
  "tunnel-up": good("tunnel"),
  handshake: good("tunnel"),
  "gateway-silent": trouble("tunnel"),
  "gateway-gave-up": trouble("tunnel"),
  "handshake-refused": trouble("tunnel"),
  "cookie-asked": change("tunnel"),
  "keys-erased": end("tunnel"),
  "carrier-changed": change("tunnel"),
  roamed: change("tunnel"),
  "network-changed": change("tunnel"),
  resumed: change("tunnel"),
  retried: change("tunnel"),
  "name-looked-up": end("tunnel"),
  "capture-started": change("tunnel"),
  "capture-ended": end("tunnel"),
  "shell-opened": good("shells"),
  "shell-ended": end("shells"),
  "shell-closed": end("shells"),
  "shell-lost": trouble("shells"),
  "shell-failed": trouble("shells"),
  "host-key-forgotten": change("shells"),
};

/** Shape, colour and group of an event. */
export function lookOf(kind: EventKind): Look {
  return LOOKS[kind];
}
