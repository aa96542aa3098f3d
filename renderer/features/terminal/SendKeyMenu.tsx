import { ContextMenu } from "@base-ui/react/context-menu";
import { sendKey } from "../../commands/actions/terminal.ts";
import type { SendCommand } from "../../commands/command-ids.ts";
import { strings } from "../../strings.ts";
import { MENU_ITEM, MENU_POPUP } from "../../ui/menu-parts.ts";
import type { TerminalController } from "./terminal-controller.ts";

const SENT: readonly SendCommand[] = ["sendCtrlW", "sendCtrlT", "sendCtrlN", "sendCtrlShiftT", "sendLeader"];

/** Keys that the browser or the window keeps, for a shell that wants them (complaint 16). */
export function SendKeyMenu({ controller }: { controller: TerminalController }) {
  return (
    <ContextMenu.SubmenuRoot>
      <ContextMenu.SubmenuTrigger className={MENU_ITEM}>
        <span className="flex-1">{strings.sendKey.menu}</span>
        <span aria-hidden="true">›</span>
      </ContextMenu.SubmenuTrigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-30" sideOffset={2}>
          <ContextMenu.Popup className={MENU_POPUP} finalFocus={false}>
            {SENT.map((id) => (
              <ContextMenu.Item key={id} className={MENU_ITEM} onClick={() => sendKey(controller, id)}>
                {strings.sendKey.keys[id]}
              </ContextMenu.Item>
            ))}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.SubmenuRoot>
  );
}
