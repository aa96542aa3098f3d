import { Menu } from "@base-ui/react/menu";
import { ChevronDown } from "lucide-react";
import type { Session } from "../../../shared/models.ts";
import { shownName } from "../../../shared/visible-text.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { askToCloseOthers, askToClosePane } from "../../state/close-asked.ts";
import { useSettings } from "../../state/queries.ts";
import { activePane, type Pane, sessionOf, useShells } from "../../state/shell-store.ts";
import { activateTab } from "../../state/tabs.ts";
import { strings } from "../../strings.ts";
import { CommandItem } from "../../ui/CommandItem.tsx";
import { shortId } from "../../ui/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { MENU_ITEM, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { useDescription } from "./use-description.ts";

/** All tabs of the window by name, for many tabs and for keyboards, and the commands that close them. */
export function TabListMenu() {
  const bridge = useBridge();
  const { marks } = useSettings();
  const state = useShells();
  const active = activePane(state);
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton label={strings.shell.list}>{<ChevronDown className="size-4" />}</IconButton>} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-30">
          <Menu.Popup className={`${MENU_POPUP} scroll-quiet max-h-96 overflow-y-auto`}>
            {state.tabs.map((tab) => {
              const pane = state.panes.get(tab.focused);
              if (pane === undefined) return null;
              return (
                <Menu.Item key={tab.key} className={MENU_ITEM} onClick={() => activateTab(tab.key)}>
                  <TabRow pane={pane} session={sessionOf(state, pane)} isActive={tab.key === state.activeKey} />
                </Menu.Item>
              );
            })}
            <Menu.Separator className={MENU_SEPARATOR} />
            <CommandItem
              id="closeShell"
              onChoose={() => active !== undefined && askToClosePane({ bridge, marks }, active)}
            />
            <Menu.Item
              className={MENU_ITEM}
              disabled={state.tabs.length < 2}
              onClick={() => askToCloseOthers({ bridge, marks })}
            >
              {strings.shell.closeOthers}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function TabRow({ pane, session, isActive }: { pane: Pane; session: Session | undefined; isActive: boolean }) {
  const { status, word, machine, region } = useDescription(pane, session);
  return (
    <>
      <StatusShape status={status} />
      <span className={isActive ? "truncate font-medium" : "truncate"}>{shownName(pane.request.appName)}</span>
      <span className="font-mono text-xs text-text-3">{shortId(machine)}</span>
      <span className="flex-1 text-xs text-text-3">{region}</span>
      <span className="pl-4 text-xs text-text-3">{word}</span>
    </>
  );
}
