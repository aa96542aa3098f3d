import { useQuery } from "@tanstack/react-query";
import { useBridge } from "../../bridge/bridge-context.ts";
import { isDesktop } from "../../bridge/desktop-link.ts";
import { queries } from "../../state/queries.ts";
import { type Command, keysOf } from "../../state/shortcuts.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { Mark } from "../../ui/Mark.tsx";

const LISTED: readonly Command[] = [
  "filterApps",
  "newShell",
  "closeShell",
  "nextTab",
  "previousTab",
  "find",
  "clear",
  "reconnect",
  "fontLarger",
  "fontSmaller",
  "fontReset",
  "sidebar",
  "stats",
  "settings",
  "nextRegion",
];

export function AboutPane() {
  const info = useQuery(queries.info(useBridge())).data;
  const edition = isDesktop() ? "desktop" : "browser";
  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-center gap-4">
        <Mark className="size-12" />
        <div className="flex flex-col">
          <p className="text-base font-semibold">{strings.product}</p>
          {info !== undefined && (
            <p className="text-text-2">
              {strings.settings.version(info.version)} · {strings.settings.editions[info.edition]} · {info.platform}
            </p>
          )}
        </div>
      </div>
      <p className="max-w-lg text-text-2">{strings.settings.privacy}</p>
      <section aria-label={strings.settings.keys} className="flex flex-col gap-2">
        <h3 className="font-medium">{strings.settings.keys}</h3>
        <dl className="grid gap-x-8 sm:grid-cols-2">
          {LISTED.map((command) => {
            const keys = keysOf(command, edition);
            return keys === undefined ? null : (
              <div key={command} className="flex h-7 items-center justify-between border-b border-line">
                <dt className="text-text-2">{strings.commands[command]}</dt>
                <dd>
                  <Keys keys={keys} />
                </dd>
              </div>
            );
          })}
        </dl>
      </section>
    </div>
  );
}
