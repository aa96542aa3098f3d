import { showView } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** The way from an error to the place where a new peer is made. */
export function OpenPeers() {
  return <Button onClick={() => showView("peers")}>{strings.peers.open}</Button>;
}
