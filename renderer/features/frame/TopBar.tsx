import { useQuery } from "@tanstack/react-query";
import { PanelLeft } from "lucide-react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { AccountsMenu } from "../apps/AccountsMenu.tsx";
import { PaletteButton } from "../palette/PaletteButton.tsx";
import { hasSidebar, isSidebarShown, toggleSidebar } from "./sidebar.ts";

/** What stands over every view: the product, the search, and who is signed in. */
export function TopBar() {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const hasDrawer = useWindow((state) => state.narrow && hasSidebar(state));
  const isShown = useWindow(isSidebarShown);
  return (
    <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line bg-chrome pr-1 pl-3">
      {hasDrawer ? (
        <IconButton label={strings.commands.sidebar} aria-pressed={isShown} onClick={toggleSidebar} className="-ml-1">
          <PanelLeft className="size-4" />
        </IconButton>
      ) : (
        <Mark className="size-5 shrink-0" />
      )}
      <h1 className="font-semibold max-[479px]:sr-only">{strings.product}</h1>
      {accounts?.some(({ kind }) => kind === "demo") === true && <Badge tone="accent">{strings.accounts.demo}</Badge>}
      <div className="flex min-w-0 flex-1 justify-center">
        <PaletteButton />
      </div>
      <AccountsMenu />
    </header>
  );
}
