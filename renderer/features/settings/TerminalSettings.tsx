import { TEXT_SIZE } from "../../../shared/settings.ts";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import { ClipboardAnswers } from "./ClipboardAnswers.tsx";
import { missingFont } from "./missing-font.ts";
import { NumberSetting } from "./NumberSetting.tsx";
import { PaletteSample } from "./PaletteSample.tsx";
import { SettingRow } from "./SettingRow.tsx";
import { TextSetting } from "./TextSetting.tsx";

const LONGEST_FONT = 200;

function fontNote(chosen: string): string | undefined {
  const missing = missingFont(chosen);
  return missing === undefined ? undefined : strings.terminalSettings.fontMissing(missing.names, missing.drawn);
}

/** How terminals look, ring, copy and paste. */
export function TerminalSettings() {
  return (
    <div className="flex flex-col">
      <Text />
      <Hands />
      <ClipboardAnswers />
      <PaletteSample />
    </div>
  );
}

/** What a terminal shows. */
function Text() {
  const settings = useSettings();
  const change = useChangeSettings();
  const { settings: s, terminalSettings: t } = strings;
  return (
    <>
      <SettingRow label={t.font} hint={t.fontHint} of={["fontFamily"]}>
        <TextSetting
          label={t.font}
          value={settings.fontFamily}
          placeholder={t.fontUsual}
          faultOf={(text) => (text.length > LONGEST_FONT ? t.fontTooLong(LONGEST_FONT) : undefined)}
          noteOf={fontNote}
          onChange={(fontFamily) => change.mutate({ fontFamily })}
        />
      </SettingRow>
      <SettingRow label={s.fontSize} hint={s.fontSizeHint} of={["fontSize"]} words={[s.otherWords.fontSize]}>
        <NumberSetting
          label={s.fontSize}
          value={settings.fontSize}
          min={TEXT_SIZE.smallest}
          max={TEXT_SIZE.largest}
          step={1}
          onChange={(fontSize) => change.mutate({ fontSize })}
        />
      </SettingRow>
      <SettingRow label={s.cursorBlink} of={["cursorBlink"]}>
        <Toggle
          label={s.cursorBlink}
          checked={settings.cursorBlink}
          onToggle={(cursorBlink) => change.mutate({ cursorBlink })}
        />
      </SettingRow>
      <SettingRow label={s.scrollback} hint={s.scrollbackHint} of={["scrollback"]}>
        <NumberSetting
          label={s.scrollback}
          value={settings.scrollback}
          min={0}
          max={100_000}
          step={1000}
          onChange={(scrollback) => change.mutate({ scrollback })}
        />
      </SettingRow>
      <SettingRow label={s.screenReader} hint={s.screenReaderHint} of={["screenReader"]}>
        <Toggle
          label={s.screenReader}
          checked={settings.screenReader}
          onToggle={(screenReader) => change.mutate({ screenReader })}
        />
      </SettingRow>
    </>
  );
}

/** The bell, and what goes between terminals and the clipboard. */
function Hands() {
  const settings = useSettings();
  const change = useChangeSettings();
  const t = strings.terminalSettings;
  return (
    <>
      <SettingRow label={t.bell} hint={t.bellHint} of={["bell"]} words={Object.values(t.bells)}>
        <Choice
          label={t.bell}
          value={settings.bell}
          options={[
            { value: "mark", label: t.bells.mark },
            { value: "flash", label: t.bells.flash },
            { value: "none", label: t.bells.none },
          ]}
          onChoose={(bell) => change.mutate({ bell })}
        />
      </SettingRow>
      <SettingRow label={t.guard} hint={t.guardHint} of={["pasteGuard"]} words={Object.values(t.guards)}>
        <Choice
          label={t.guard}
          value={settings.pasteGuard}
          options={[
            { value: "lines", label: t.guards.lines },
            { value: "always", label: t.guards.always },
            { value: "never", label: t.guards.never },
          ]}
          onChoose={(pasteGuard) => change.mutate({ pasteGuard })}
        />
      </SettingRow>
      <SettingRow label={t.copyOnSelect} of={["copyOnSelect"]}>
        <Toggle
          label={t.copyOnSelect}
          checked={settings.copyOnSelect}
          onToggle={(copyOnSelect) => change.mutate({ copyOnSelect })}
        />
      </SettingRow>
    </>
  );
}
