import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { CircleUser, Settings } from "lucide-react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { runCommand } from "../../commands/actions.ts";
import { useKeysOf } from "../../commands/bindings.ts";
import { useCommandContext } from "../../commands/context.ts";
import { serverOf } from "../../state/account-name.ts";
import { queries } from "../../state/queries.ts";
import { showSettings } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Keys } from "../../ui/Keys.tsx";
import { MENU_ITEM, MENU_LABEL, MENU_POPUP, MENU_SEPARATOR } from "../../ui/menu-parts.ts";
import { useStartDemo } from "../sign-in/use-start-demo.ts";
import { AddItems } from "./AddMenu.tsx";
import { AccountIcon } from "./TreeRowView.tsx";

/** Who is signed in, the ways to sign in elsewhere, and the way to the settings. */
export function AccountsMenu() {
  const accounts = useQuery(queries.accounts(useBridge())).data ?? [];
  const keys = useKeysOf("settings");
  const context = useCommandContext();
  const demo = useStartDemo();
  const manage = (): void => showSettings("accounts");
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <IconButton label={strings.accounts.menu}>
            <CircleUser className="size-4" />
          </IconButton>
        }
      />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-30">
          <Menu.Popup className={MENU_POPUP}>
            <Menu.Group>
              <Menu.GroupLabel className={MENU_LABEL}>{strings.accounts.title}</Menu.GroupLabel>
              {accounts.map((account) => (
                <Menu.Item key={account.id} className={`${MENU_ITEM} h-auto min-h-7 py-1`} onClick={manage}>
                  <AccountIcon kind={account.kind} />
                  <span className="flex min-w-0 flex-1 flex-col">
                    <span className="truncate">{account.label}</span>
                    {serverOf(account) !== null && (
                      <span className="truncate text-xs text-text-3">{serverOf(account)}</span>
                    )}
                    {account.viewer !== null && account.viewer !== account.label && (
                      <span className="truncate text-xs text-text-3">{account.viewer}</span>
                    )}
                  </span>
                  {account.kind === "demo" && <Badge tone="accent">{strings.accounts.demo}</Badge>}
                  {account.error !== null && <Badge tone="bad">{strings.accounts.trouble}</Badge>}
                </Menu.Item>
              ))}
            </Menu.Group>
            <Menu.Separator className={MENU_SEPARATOR} />
            <AddItems demo={demo} />
            <Menu.Separator className={MENU_SEPARATOR} />
            <Menu.Item className={MENU_ITEM} onClick={() => runCommand("settings", context)}>
              <Settings className="size-3.5 text-text-3" />
              <span className="flex-1">{strings.settings.open}</span>
              {keys !== undefined && <Keys keys={keys} />}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
