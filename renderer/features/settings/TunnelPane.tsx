import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { OpenPeers } from "../peers/OpenPeers.tsx";
import { SettingRow } from "./SettingRow.tsx";

/** What carries tunnels, and the way to the peers that they belong to. */
export function TunnelPane() {
  const settings = useSettings();
  const change = useChangeSettings();
  const { carrier, carrierHint, carriers, peers, peersHint } = strings.settings;
  return (
    <div className="flex flex-col">
      <SettingRow label={carrier} hint={carrierHint} of={["carrier"]} words={Object.values(carriers)}>
        <Choice
          label={carrier}
          value={settings.carrier}
          options={[
            { value: "auto", label: carriers.auto },
            { value: "udp", label: carriers.udp },
            { value: "websocket", label: carriers.websocket },
          ]}
          onChoose={(value) => change.mutate({ carrier: value })}
        />
      </SettingRow>
      <SettingRow label={peers} hint={peersHint}>
        <OpenPeers />
      </SettingRow>
    </div>
  );
}
