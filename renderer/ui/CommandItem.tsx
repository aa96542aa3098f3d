import { Menu } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { useKeysOf } from "../commands/bindings.ts";
import type { CommandId } from "../commands/command-ids.ts";
import { strings } from "../strings.ts";
import { Keys } from "./Keys.tsx";
import { MENU_ITEM } from "./menu-parts.ts";

interface CommandItemProps {
  id: CommandId;
  /** What the command comes to for what the menu is about: `runCommand` is always about the pane in front. */
  onChoose(): void;
  disabled?: boolean;
  icon?: ReactNode;
}

/** A command in a drop-down or context menu, with the title and the keys that the registry has for it. */
export function CommandItem({ id, onChoose, disabled = false, icon }: CommandItemProps) {
  const keys = useKeysOf(id);
  return (
    <Menu.Item className={MENU_ITEM} onClick={onChoose} disabled={disabled}>
      {icon}
      <span className="flex-1">{strings.commands[id]}</span>
      {keys !== undefined && <Keys keys={keys} />}
    </Menu.Item>
  );
}
