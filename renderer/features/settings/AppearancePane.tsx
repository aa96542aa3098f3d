import { strings } from "../../strings.ts";
import { PaletteSample } from "./PaletteSample.tsx";
import { SettingRow } from "./SettingRow.tsx";
import { ThemeChoice } from "./ThemeChoice.tsx";

export function AppearancePane() {
  return (
    <div className="flex flex-col">
      <SettingRow label={strings.settings.theme} hint={strings.settings.themeHint}>
        <ThemeChoice />
      </SettingRow>
      <PaletteSample />
    </div>
  );
}
