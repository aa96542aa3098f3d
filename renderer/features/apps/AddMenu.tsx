import { Menu } from "@base-ui/react/menu";
import { useQuery } from "@tanstack/react-query";
import { FileKey2, FlaskConical, KeyRound, Plus } from "lucide-react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { showOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { MENU_ITEM, MENU_POPUP } from "../../ui/menu-parts.ts";
import type { DemoStart } from "../sign-in/use-start-demo.ts";

/** The button for the ways to reach a network. */
export function AddMenu({ demo }: { demo: DemoStart }) {
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <IconButton label={strings.add.label}>
            <Plus className="size-4" />
          </IconButton>
        }
      />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-30">
          <Menu.Popup className={MENU_POPUP}>
            <AddItems demo={demo} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** The three ways to reach a network, after the first run too: items of whatever menu they stand in. */
export function AddItems({ demo }: { demo: DemoStart }) {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const hasDemo = accounts?.some(({ kind }) => kind === "demo") === true;
  return (
    <>
      {!hasDemo && (
        <Menu.Item className={MENU_ITEM} disabled={demo.isPending} onClick={() => demo.mutate()}>
          <FlaskConical className="size-3.5 text-text-3" />
          {strings.add.demo}
        </Menu.Item>
      )}
      <Menu.Item className={MENU_ITEM} onClick={() => showOverlay({ kind: "sign-in" })}>
        <KeyRound className="size-3.5 text-text-3" />
        {strings.add.signIn}
      </Menu.Item>
      <Menu.Item className={MENU_ITEM} onClick={() => showOverlay({ kind: "import" })}>
        <FileKey2 className="size-3.5 text-text-3" />
        {strings.add.importConfig}
      </Menu.Item>
    </>
  );
}
