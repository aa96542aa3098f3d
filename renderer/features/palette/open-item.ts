import { runCommand } from "../../commands/actions.ts";
import type { CommandContext } from "../../commands/context.ts";
import { queries } from "../../state/queries.ts";
import { splitActive } from "../../state/shell-actions.ts";
import { activePane, type ShellRequest, useShells } from "../../state/shell-store.ts";
import { activateTab, focusPaneKey } from "../../state/tabs.ts";
import { openApp, wishOf } from "../apps/open-app.ts";
import { showShells } from "../frame/sidebar.ts";
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
      // Its tab may be in front already, under another view.
      showShells();
      focusPaneKey(item.paneKey);
      // Its terminal can take the focus when it is shown.
      requestAnimationFrame(() => terminalOf(item.paneKey)?.focus());
      return;
    default:
      openPlace(context, item.request, inSplit);
  }
}

function openPlace({ bridge, client, settings }: CommandContext, request: ShellRequest, inSplit: boolean): void {
  const org = { accountId: request.accountId, orgSlug: request.orgSlug };
  const machines = client.getQueryData(queries.machines(bridge, org, request.appName).queryKey);
  const wish = wishOf(request, machines, settings().recent);
  // Where it must be asked which machine is meant, the answer opens a tab of its own.
  if (inSplit && wish.kind === "open" && activePane(useShells.getState()) !== undefined) {
    void splitActive(bridge, "right", wish.request);
    showShells();
  } else openApp(bridge, client, request);
}
