import { X } from "lucide-react";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { SettingBlock } from "./SettingRow.tsx";

/** What was answered when an app's programs asked to write to the clipboard (OSC 52); forgotten ones are asked again. */
export function ClipboardAnswers() {
  const { clipboardWrites } = useSettings();
  const change = useChangeSettings();
  const t = strings.terminalSettings;
  const answers = Object.entries(clipboardWrites);
  const forget = (app: string): void =>
    change.mutate({ clipboardWrites: Object.fromEntries(answers.filter(([key]) => key !== app)) });
  return (
    <SettingBlock label={t.clipboard} words={[t.clipboardHint, "OSC 52", ...answers.map(([app]) => app)]}>
      <div>
        <p className="font-medium">{t.clipboard}</p>
        <p className="text-text-3">{answers.length === 0 ? t.clipboardNone : t.clipboardHint}</p>
      </div>
      {answers.length > 0 && (
        <ul aria-label={t.clipboard} className="flex flex-col">
          {answers.map(([app, answer]) => (
            <li key={app} className="flex min-h-9 items-center gap-3 border-b border-line last:border-b-0">
              <bdi className="min-w-0 flex-1 truncate">{appOf(app)}</bdi>
              <span className="text-text-2">{t.answers[answer]}</span>
              <IconButton label={t.forget(appOf(app))} onClick={() => forget(app)}>
                <X className="size-4" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </SettingBlock>
  );
}

/** Organization and app of an `appKey`. */
function appOf(key: string): string {
  return key.split("/").slice(1).join(" / ");
}
