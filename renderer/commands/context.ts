import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { DEFAULT_SETTINGS, type Settings } from "../../shared/settings.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { useBridge } from "../bridge/bridge-context.ts";
import { queries, useChangeSettings } from "../state/queries.ts";

/** What a command works with. Everything else it takes from the stores, as they are when it runs. */
export interface CommandContext {
  readonly bridge: Bridge;
  readonly client: QueryClient;
  settings(): Settings;
  change(settings: Partial<Settings>): void;
}

export interface Action {
  /** Whether there is anything for it to do now; always, without it. */
  when?(context: CommandContext): boolean;
  run(context: CommandContext): void;
}

export function useCommandContext(): CommandContext {
  const bridge = useBridge();
  const client = useQueryClient();
  const { mutate } = useChangeSettings();
  return useMemo(
    () => ({
      bridge,
      client,
      settings: () => client.getQueryData(queries.settings(bridge).queryKey) ?? DEFAULT_SETTINGS,
      change: (settings) => mutate(settings),
    }),
    [bridge, client, mutate],
  );
}
