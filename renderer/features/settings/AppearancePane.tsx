import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { PaletteSample } from "./PaletteSample.tsx";
import { SettingRow } from "./SettingRow.tsx";
import { ThemeChoice } from "./ThemeChoice.tsx";

export function AppearancePane() {
  const settings = useSettings();
  const change = useChangeSettings();
  const s = strings.settings;
  return (
    <div className="flex flex-col">
      <SettingRow
        label={s.theme}
        hint={s.themeHint}
        of={["theme"]}
        words={[...Object.values(s.themes), s.otherWords.theme]}
      >
        <ThemeChoice />
      </SettingRow>
      <SettingRow label={s.density} hint={s.densityHint} of={["density"]} words={Object.values(s.densities)}>
        <Choice
          label={s.density}
          value={settings.density}
          options={[
            { value: "compact", label: s.densities.compact },
            { value: "comfortable", label: s.densities.comfortable },
          ]}
          onChoose={(density) => change.mutate({ density })}
        />
      </SettingRow>
      <SettingRow label={s.contrast} hint={s.contrastHint} of={["contrast"]} words={Object.values(s.contrasts)}>
        <Choice
          label={s.contrast}
          value={settings.contrast}
          options={[
            { value: "normal", label: s.contrasts.normal },
            { value: "more", label: s.contrasts.more },
          ]}
          onChoose={(contrast) => change.mutate({ contrast })}
        />
      </SettingRow>
      <SettingRow label={s.restore} hint={s.restoreHint} of={["restore"]}>
        <Toggle label={s.restore} checked={settings.restore} onToggle={(restore) => change.mutate({ restore })} />
      </SettingRow>
      <PaletteSample />
    </div>
  );
}
