import { PeersPane } from "../peers/PeersPane.tsx";
import { CarrierChoice } from "./CarrierChoice.tsx";

/** How tunnels are carried, and the peers that they belong to. */
export function NetworkPane() {
  return (
    <div className="flex flex-col gap-4">
      <CarrierChoice />
      <PeersPane />
    </div>
  );
}
