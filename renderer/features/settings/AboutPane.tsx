import { useQuery } from "@tanstack/react-query";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Mark } from "../../ui/Mark.tsx";
import { SettingBlock } from "./SettingRow.tsx";

export function AboutPane() {
  const info = useQuery(queries.info(useBridge())).data;
  return (
    <SettingBlock label={strings.settings.about} words={strings.settings.aboutWords}>
      <div className="flex items-center gap-4">
        <Mark className="size-12" />
        <div className="flex flex-col">
          <p className="text-base font-semibold">{strings.product}</p>
          {info !== undefined && (
            <p className="text-text-2">
              {strings.settings.version(info.version)} · {strings.settings.editions[info.edition]} · {info.platform}
            </p>
          )}
          <p className="text-text-3">{strings.settings.licence}</p>
        </div>
      </div>
      <p className="max-w-lg text-text-2">{strings.settings.privacy}</p>
    </SettingBlock>
  );
}
