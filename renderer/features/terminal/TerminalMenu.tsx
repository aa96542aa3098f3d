import { ContextMenu } from "@base-ui/react/context-menu";
import type { ReactElement } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { askToClosePane } from "../../state/close-asked.ts";
import { useSettings } from "../../state/queries.ts";
import { splitActive } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { CommandItem } from "../../ui/CommandItem.tsx";
import { MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { MarkItems } from "../apps/MarkItems.tsx";
import { SendKeyMenu } from "./SendKeyMenu.tsx";
import type { TerminalController } from "./terminal-controller.ts";

interface TerminalMenuProps {
  pane: Pane;
  controller: TerminalController | undefined;
  children: ReactElement;
}

/** The right-click menu of a terminal. */
export function TerminalMenu({ pane, controller, children }: TerminalMenuProps) {
  const bridge = useBridge();
  const { marks } = useSettings();
  const paste = async (): Promise<void> => {
    await controller?.clipboard.pasteFromClipboard();
    controller?.focus();
  };
  const copy = async (): Promise<void> => {
    await controller?.clipboard.copy();
    controller?.focus();
  };
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-30">
          <ContextMenu.Popup className={MENU_POPUP} finalFocus={false}>
            <CommandItem id="copy" disabled={controller?.hasSelection !== true} onChoose={() => void copy()} />
            <CommandItem id="paste" onChoose={() => void paste()} />
            <CommandItem id="selectAll" onChoose={() => controller?.selectAll()} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <CommandItem id="find" onChoose={() => controller?.openFind()} />
            <CommandItem id="accessibleView" onChoose={() => controller?.toggleReading()} />
            <CommandItem id="clear" onChoose={() => controller?.clear()} />
            {controller !== undefined && <SendKeyMenu controller={controller} />}
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <CommandItem id="splitRight" onChoose={() => void splitActive(bridge, "right")} />
            <CommandItem id="splitDown" onChoose={() => void splitActive(bridge, "down")} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <MarkItems app={pane.request} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <CommandItem id="closeShell" onChoose={() => askToClosePane({ bridge, marks }, pane)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
