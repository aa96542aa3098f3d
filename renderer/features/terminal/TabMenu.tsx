import { ContextMenu } from "@base-ui/react/context-menu";
import { type MouseEvent, type ReactElement, useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { askToCloseOthers, askToCloseTab } from "../../state/close-asked.ts";
import { canSplit, type Side } from "../../state/layout.ts";
import { useSettings } from "../../state/queries.ts";
import { splitActive } from "../../state/shell-actions.ts";
import { useShells } from "../../state/shell-store.ts";
import { activateTab, equalisePanes } from "../../state/tabs.ts";
import { strings } from "../../strings.ts";
import { CommandItem } from "../../ui/CommandItem.tsx";
import { MENU_ITEM, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { MarkItems } from "../apps/MarkItems.tsx";
import { shiftTab } from "./tab-keys.ts";

/** The right-click menu of the tabs: of the one under the pointer, or with the keyboard of the focused one. */
export function TabMenu({ children }: { children: ReactElement }) {
  const [key, setKey] = useState<string | null>(null);
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger
        render={children}
        onContextMenu={(event: MouseEvent) => {
          const hit = event.target instanceof Element ? event.target.closest("[data-tab]") : null;
          setKey(hit?.getAttribute("data-tab") ?? useShells.getState().activeKey);
        }}
      />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-30">
          <ContextMenu.Popup className={MENU_POPUP}>{key !== null && <Items tabKey={key} />}</ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Items({ tabKey }: { tabKey: string }) {
  const bridge = useBridge();
  const { marks } = useSettings();
  const { tabs, panes } = useShells();
  const index = tabs.findIndex((one) => one.key === tabKey);
  const tab = tabs[index];
  const pane = tab === undefined ? undefined : panes.get(tab.focused);
  if (tab === undefined || pane === undefined) return null;
  const split = (side: Side): void => {
    activateTab(tabKey);
    void splitActive(bridge, side);
  };
  const isFull = !canSplit(tab.root);
  const words = strings.panes;
  return (
    <>
      <CommandItem id="splitRight" disabled={isFull} onChoose={() => split("right")} />
      <CommandItem id="splitDown" disabled={isFull} onChoose={() => split("down")} />
      {tab.root.kind !== "leaf" && (
        <Item
          label={words.equalise}
          run={() => {
            activateTab(tabKey);
            equalisePanes();
          }}
        />
      )}
      <ContextMenu.Separator className={MENU_SEPARATOR} />
      <MarkItems app={pane.request} />
      <ContextMenu.Separator className={MENU_SEPARATOR} />
      <Item label={words.moveLeft} disabled={index === 0} run={() => shiftTab(tabKey, -1)} />
      <Item label={words.moveRight} disabled={index === tabs.length - 1} run={() => shiftTab(tabKey, 1)} />
      <ContextMenu.Separator className={MENU_SEPARATOR} />
      <Item label={words.closeTab} run={() => askToCloseTab({ bridge, marks }, tabKey)} />
      <Item
        label={strings.shell.closeOthers}
        disabled={tabs.length < 2}
        run={() => {
          activateTab(tabKey);
          askToCloseOthers({ bridge, marks }, tabKey);
        }}
      />
    </>
  );
}

interface ItemProps {
  label: string;
  disabled?: boolean;
  run(): void;
}

function Item({ label, disabled = false, run }: ItemProps) {
  return (
    <ContextMenu.Item className={MENU_ITEM} onClick={run} disabled={disabled}>
      {label}
    </ContextMenu.Item>
  );
}
