import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** The way from an error to the place where a new peer is made. */
export function OpenPeers() {
  return <Button onClick={() => showOverlay({ kind: "settings", section: "peers" })}>{strings.peers.open}</Button>;
}
