import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { SettingRow } from "./SettingRow.tsx";

/** What carries tunnels: whatever answers first, or always the same. */
export function CarrierChoice() {
  const settings = useSettings();
  const change = useChangeSettings();
  const { carrier, carrierHint, carriers } = strings.settings;
  return (
    <SettingRow label={carrier} hint={carrierHint}>
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
  );
}
