import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Choice } from "../../ui/Choice.tsx";

/** System, light or dark. */
export function ThemeChoice() {
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <Choice
      label={strings.settings.theme}
      value={settings.theme}
      options={[
        { value: "system", label: strings.settings.themes.system },
        { value: "light", label: strings.settings.themes.light },
        { value: "dark", label: strings.settings.themes.dark },
      ]}
      onChoose={(theme) => change.mutate({ theme })}
    />
  );
}
