import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Toggle } from "../../ui/Toggle.tsx";
import { NumberSetting } from "./NumberSetting.tsx";
import { PaletteSample } from "./PaletteSample.tsx";
import { SettingRow } from "./SettingRow.tsx";

export function TerminalSettings() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <div className="flex flex-col">
      <SettingRow label={strings.settings.fontSize} hint={strings.settings.fontSizeHint}>
        <NumberSetting
          label={strings.settings.fontSize}
          value={settings.fontSize}
          min={8}
          max={32}
          step={1}
          onChange={(fontSize) => change.mutate({ fontSize })}
        />
      </SettingRow>
      <SettingRow label={strings.settings.cursorBlink}>
        <Toggle
          label={strings.settings.cursorBlink}
          checked={settings.cursorBlink}
          onToggle={(cursorBlink) => change.mutate({ cursorBlink })}
        />
      </SettingRow>
      <SettingRow label={strings.settings.scrollback} hint={strings.settings.scrollbackHint}>
        <NumberSetting
          label={strings.settings.scrollback}
          value={settings.scrollback}
          min={0}
          max={100_000}
          step={1000}
          onChange={(scrollback) => change.mutate({ scrollback })}
        />
      </SettingRow>
      <SettingRow label={strings.settings.screenReader} hint={strings.settings.screenReaderHint}>
        <Toggle
          label={strings.settings.screenReader}
          checked={settings.screenReader}
          onToggle={(screenReader) => change.mutate({ screenReader })}
        />
      </SettingRow>
      <PaletteSample />
    </div>
  );
}
