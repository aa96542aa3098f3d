import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { TourStep } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries, useChangeSettings, useSettings } from "../../state/queries.ts";
import { useShells } from "../../state/shell-store.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { useWindow } from "../../state/window-store.ts";
import { usePalette } from "../palette/palette-store.ts";

export const TOUR: readonly TourStep[] = ["shell", "split", "find", "stats", "capture"];

export interface Tour {
  readonly done: readonly TourStep[];
  dismiss(): void;
}

/** The demo's tour: ticks by what happens in the window, and is put away for good. Undefined when there is none to show. */
export function useTour(): Tour | undefined {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const { tour } = useSettings();
  const { mutate } = useChangeSettings();
  const runs = accounts?.some(({ kind }) => kind === "demo") === true && !tour.dismissed;
  const happened = useHappened();
  const fresh = runs ? happened.filter((step) => !tour.done.includes(step)).join() : "";
  useEffect(() => {
    const steps = TOUR.filter((step) => fresh.split(",").includes(step));
    if (steps.length > 0) mutate({ tour: { ...tour, done: [...tour.done, ...steps] } });
  }, [fresh, tour, mutate]);
  if (!runs) return undefined;
  return { done: tour.done, dismiss: () => mutate({ tour: { ...tour, dismissed: true } }) };
}

/** What is the case at this moment. */
function useHappened(): TourStep[] {
  const hasShell = useShells(({ sessions }) => [...sessions.values()].some(({ state }) => state === "open"));
  const isSplit = useShells(({ tabs }) => tabs.some(({ root }) => root.kind !== "leaf"));
  const isSearching = usePalette(({ mode }) => mode !== null);
  const sees = useWindow(({ statsOpen }) => statsOpen);
  const captures = useTunnels(({ tunnels }) => tunnels.some(({ capture }) => capture?.state === "running"));
  const now = { shell: hasShell, split: isSplit, find: isSearching, stats: sees, capture: captures };
  return TOUR.filter((step) => now[step]);
}
