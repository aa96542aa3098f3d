import { z } from "zod";
import { type SavedLayout, savedLayout } from "../../shared/layout.ts";
import type { Bridge } from "../bridge/bridge.ts";
import { toSaved } from "./saved-layout.ts";
import { useShells } from "./shell-store.ts";

/** A change is written down this much later, with those that follow it until then (#13: within a second). */
const SAVE_AFTER_MS = 500;

/** This window's own copy: a page that goes away has no time to tell the host. */
const KEY = "culvert.layout";
const ownCopy = z.object({ layout: savedLayout });

interface Timers {
  setTimeout(act: () => void, ms: number): number;
  clearTimeout(timer: number | undefined): void;
}

const pageTimers: Timers = {
  setTimeout: (act, ms) => window.setTimeout(act, ms),
  clearTimeout: (timer) => window.clearTimeout(timer),
};

/** Keeps the tabs and panes of this window with the host, from the moment on at which they were first read. */
export function keepLayout(bridge: Bridge, timers: Timers = pageTimers): () => void {
  let kept = "";
  let timer: number | undefined;

  function save(): void {
    timers.clearTimeout(timer);
    timer = undefined;
    const layout = toSaved(useShells.getState());
    const text = JSON.stringify(layout);
    if (text === kept) return;
    rememberLayout(layout);
    if (bridge.state !== "open") return;
    kept = text;
    bridge.call("layout.set", { layout }).catch(() => {
      // Said again with the next change, or when the link is back.
      kept = "";
    });
  }

  const flush = (): void => {
    if (timer !== undefined) save();
  };
  const stops = [
    useShells.subscribe((now, before) => {
      if (!now.loaded) return;
      if (!before.loaded) kept = JSON.stringify(toSaved(now));
      const isSame =
        now.tabs === before.tabs &&
        now.panes === before.panes &&
        now.sessions === before.sessions &&
        now.activeKey === before.activeKey;
      if (!isSame) timer ??= timers.setTimeout(save, SAVE_AFTER_MS);
    }),
    bridge.onState((state) => {
      if (state === "open" && useShells.getState().loaded) timer ??= timers.setTimeout(save, SAVE_AFTER_MS);
    }),
  ];
  window.addEventListener("pagehide", flush);
  return () => {
    flush();
    window.removeEventListener("pagehide", flush);
    for (const stop of stops) stop();
  };
}

function rememberLayout(layout: SavedLayout): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ layout }));
  } catch {
    // Storage may be off or full: a reload then gets what the host was told last.
  }
}

/** What this window had before the page was loaded anew, or null. */
export function recallLayout(): SavedLayout | null {
  try {
    return ownCopy.parse(JSON.parse(sessionStorage.getItem(KEY) ?? "null")).layout;
  } catch {
    return null;
  }
}
