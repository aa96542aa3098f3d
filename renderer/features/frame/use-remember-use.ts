import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { LIMITS } from "../../../shared/limits.ts";
import type { Session } from "../../../shared/models.ts";
import { appKey, DEFAULT_SETTINGS, type Settings } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries, useChangeSettings } from "../../state/queries.ts";
import { useShells } from "../../state/shell-store.ts";

/** Which machine of each app was used last: the newest first, one for each app, and no more than are kept. */
export function withUse(recent: Settings["recent"], target: Session["target"], at: number): Settings["recent"] {
  const app = appKey(target);
  const others = recent.filter((one) => one.app !== app);
  return [{ app, machineId: target.machineId, at }, ...others].slice(0, LIMITS.recent);
}

/** Writes down, with the settings, what shells are opened on: the tree and the picker put it first. */
export function useRememberUse(): void {
  const bridge = useBridge();
  const client = useQueryClient();
  const { mutate } = useChangeSettings();
  useEffect(
    () =>
      useShells.subscribe((now, before) => {
        if (now.sessions === before.sessions || !before.loaded) return;
        for (const session of now.sessions.values()) {
          const was = before.sessions.get(session.id)?.state;
          if (session.state !== "open" || was === "open" || was === undefined) continue;
          const { recent } = client.getQueryData(queries.settings(bridge).queryKey) ?? DEFAULT_SETTINGS;
          mutate({ recent: withUse(recent, session.target, Date.now()) });
        }
      }),
    [bridge, client, mutate],
  );
}
