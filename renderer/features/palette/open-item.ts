import { runCommand } from "../../commands/actions.ts";
import type { CommandContext } from "../../commands/context.ts";
import { openShell, splitActive } from "../../state/shell-actions.ts";
import { activePane, useShells } from "../../state/shell-store.ts";
import { activateTab, focusPaneKey } from "../../state/tabs.ts";
import { terminalOf } from "../terminal/open-terminals.ts";
import type { PaletteItem } from "./palette-items.ts";
import { rememberCommand } from "./recent-commands.ts";

/** What Enter means, or Ctrl+Enter: a shell beside the one in front. Called when the palette is gone and the focus is back. */
export function openItem(context: CommandContext, item: PaletteItem, inSplit: boolean): void {
  switch (item.kind) {
    case "command":
      rememberCommand(item.id);
      runCommand(item.id, context);
      return;
    case "pane":
      activateTab(item.tabKey);
      focusPaneKey(item.paneKey);
      // Its terminal can take the focus when it is shown.
      requestAnimationFrame(() => terminalOf(item.paneKey)?.focus());
      return;
    default:
      if (inSplit && activePane(useShells.getState()) !== undefined) {
        void splitActive(context.bridge, "right", item.request);
      } else void openShell(context.bridge, item.request);
  }
}
