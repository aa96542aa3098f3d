import { ContextMenu } from "@base-ui/react/context-menu";
import type { ReactElement } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useKeysOf } from "../../commands/bindings.ts";
import type { CommandId } from "../../commands/command-ids.ts";
import { closePane, splitActive } from "../../state/shell-actions.ts";
import type { Pane } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { MENU_ITEM, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
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
  const words = strings.terminalMenu;
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
            <Item
              label={words.copy}
              command="copy"
              disabled={controller?.hasSelection !== true}
              run={() => void copy()}
            />
            <Item label={words.paste} command="paste" run={() => void paste()} />
            <Item label={words.selectAll} command="selectAll" run={() => controller?.selectAll()} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <Item label={words.find} command="find" run={() => controller?.openFind()} />
            <Item label={words.accessibleView} command="accessibleView" run={() => controller?.toggleReading()} />
            <Item label={words.clear} command="clear" run={() => controller?.clear()} />
            {controller !== undefined && <SendKeyMenu controller={controller} />}
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <Item label={strings.panes.splitRight} command="splitRight" run={() => void splitActive(bridge, "right")} />
            <Item label={strings.panes.splitDown} command="splitDown" run={() => void splitActive(bridge, "down")} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <MarkItems app={pane.request} />
            <ContextMenu.Separator className={MENU_SEPARATOR} />
            <Item label={strings.shell.close} command="closeShell" run={() => closePane(bridge, pane)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Item({
  label,
  command,
  disabled,
  run,
}: {
  label: string;
  command: CommandId;
  disabled?: boolean;
  run(): void;
}) {
  const keys = useKeysOf(command);
  return (
    <ContextMenu.Item className={MENU_ITEM} onClick={run} disabled={disabled === true}>
      <span className="flex-1">{label}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </ContextMenu.Item>
  );
}
