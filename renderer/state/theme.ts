import { useEffect, useSyncExternalStore } from "react";
import type { Settings } from "../../shared/settings.ts";

export type ThemeName = "light" | "dark";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function current(): ThemeName {
  return document.documentElement.dataset["theme"] === "dark" ? "dark" : "light";
}

/** Puts the theme on the page; also called before anything is drawn. */
export function applyTheme(choice: Settings["theme"]): void {
  const name = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
  if (document.documentElement.dataset["theme"] === name) return;
  document.documentElement.dataset["theme"] = name;
  for (const listener of listeners) listener();
}

/** Keeps the page at these choices; the theme "system" follows the system. Density and contrast are tokens only. */
export function useApplyTheme({
  theme: choice,
  density,
  contrast,
}: Pick<Settings, "theme" | "density" | "contrast">): void {
  useEffect(() => {
    document.documentElement.dataset["density"] = density;
    document.documentElement.dataset["contrast"] = contrast;
    // What canvases have drawn of lines and text is drawn anew.
    for (const listener of listeners) listener();
  }, [density, contrast]);
  useEffect(() => {
    const apply = (): void => applyTheme(choice);
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [choice]);
}

/** The theme on the page now; changes re-render, so that canvases can be drawn anew. */
export function useTheme(): ThemeName {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
}

/** The value of a token of ui/tokens.css, for canvases and the terminal. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
