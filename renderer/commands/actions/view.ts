import { TEXT_SIZE } from "../../../shared/settings.ts";
import { toggleSidebar } from "../../features/frame/sidebar.ts";
import { toggleStats } from "../../state/window-store.ts";
import type { WindowCommand } from "../command-ids.ts";
import type { Action } from "../context.ts";

/** Larger or smaller by a pixel, within what the settings allow. */
function fontStep(step: 1 | -1): Action {
  return {
    run: ({ settings, change }) =>
      change({ fontSize: Math.min(TEXT_SIZE.largest, Math.max(TEXT_SIZE.smallest, settings().fontSize + step)) }),
  };
}

export const viewActions: Record<WindowCommand, Action> = {
  fontLarger: fontStep(1),
  fontSmaller: fontStep(-1),
  fontReset: { run: ({ change }) => change({ fontSize: TEXT_SIZE.usual }) },
  sidebar: { run: toggleSidebar },
  stats: { run: toggleStats },
  toggleTheme: {
    run: ({ change }) => change({ theme: document.documentElement.dataset["theme"] === "dark" ? "light" : "dark" }),
  },
};
