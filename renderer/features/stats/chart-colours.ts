import { useSyncExternalStore } from "react";
import { token } from "../../state/theme.ts";

/** A canvas is not repainted by a forced palette: there the system's own names take the place of the tokens. */
const FORCED: Readonly<Record<string, string>> = {
  "text-3": "CanvasText",
  line: "GrayText",
  down: "LinkText",
  up: "CanvasText",
  ok: "LinkText",
  bad: "LinkText",
  warn: "CanvasText",
  accent: "LinkText",
};

const query = "(forced-colors: active)";

export function colour(name: string): string {
  return window.matchMedia(query).matches ? (FORCED[name] ?? "CanvasText") : token(name);
}

/** Whether the system forces its palette; changes re-render, so that canvases are drawn anew. */
export function useForcedColours(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}
