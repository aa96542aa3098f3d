import { ContextMenu } from "@base-ui/react/context-menu";
import type { ReactElement } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { isDesktop } from "../../bridge/desktop-link.ts";
import { closePane } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { type Command, keysOf } from "../../state/shortcuts.ts";
import { setFindOpen } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { MENU_ITEM, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import type { TerminalController } from "./terminal-controller.ts";

/** The right-click menu of a terminal. */
export function TerminalMenu({
  pane,
  controller,
  children,
}: {
  pane: Pane;
  controller: TerminalController | undefined;
  children: ReactElement;
}) {
  const bridge = useBridge();
  const paste = async (): Promise<void> => {
    // Reading the clipboard needs a permission that may be refused; the keys work all the same.
    const text = await navigator.clipboard.readText().catch(() => "");
    controller?.paste(text);
    controller?.focus();
  };
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-30">
          <ContextMenu.Popup className={MENU_POPUP} finalFocus={false}>
            <Item label={strings.terminalMenu.copy} keys="Ctrl+Shift+C" run={() => controller?.copy()} />
            <Item label={strings.terminalMenu.paste} keys="Ctrl+Shift+V" run={() => void paste()} />
            <Item label={strings.terminalMenu.selectAll} run={() => controller?.selectAll()} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <Item label={strings.terminalMenu.find} command="find" run={() => setFindOpen(true)} />
            <Item label={strings.terminalMenu.clear} command="clear" run={() => controller?.clear()} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <Item label={strings.shell.close} command="closeShell" run={() => closePane(bridge, pane)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Item({ label, keys, command, run }: { label: string; keys?: string; command?: Command; run(): void }) {
  const shown = command === undefined ? keys : keysOf(command, isDesktop() ? "desktop" : "browser");
  return (
    <ContextMenu.Item className={MENU_ITEM} onClick={run}>
      <span className="flex-1">{label}</span>
      {shown !== undefined && <Keys keys={shown} />}
    </ContextMenu.Item>
  );
}
