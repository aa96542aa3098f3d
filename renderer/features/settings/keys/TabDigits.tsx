import { chordOfCommand, usualChord } from "../../../commands/bindings.ts";
import { IS_MAC } from "../../../commands/chords.ts";
import type { CommandId } from "../../../commands/command-ids.ts";
import { useChangeSettings } from "../../../state/queries.ts";
import { strings } from "../../../strings.ts";
import { Toggle } from "../../../ui/Toggle.tsx";
import { SettingRow } from "../SettingRow.tsx";
import type { KeyChange } from "./use-key-change.ts";

const TABS: readonly CommandId[] = ["tab1", "tab2", "tab3", "tab4", "tab5", "tab6", "tab7", "tab8", "tab9"];

/** The nine keys for tabs, which programs in a terminal use too, on or off at once. */
export function TabDigits({ change: { chosen } }: { change: KeyChange }) {
  const { mutate } = useChangeSettings();
  const label = strings.keys.tabDigits(IS_MAC ? "⌘1 to ⌘9" : "Alt+1 to Alt+9");
  const isOn = TABS.some((id) => chordOfCommand(id, chosen) === usualChord(id));
  const toggle = (on: boolean): void => {
    const next = { ...chosen };
    for (const id of TABS) {
      if (on) delete next[id];
      else next[id] = "";
    }
    mutate({ keys: next });
  };
  return (
    <SettingRow label={label} hint={strings.keys.tabDigitsHint}>
      <Toggle label={label} checked={isOn} onToggle={toggle} />
    </SettingRow>
  );
}
