import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { useKeysOf } from "../commands/bindings.ts";
import type { CommandId } from "../commands/command-ids.ts";
import { Keys } from "./Keys.tsx";

/** A tooltip that repeats the accessible name of its trigger, with its shortcut. */
export function Hint({
  text,
  command,
  shortcut,
  side = "top",
  children,
}: {
  text: string;
  /** The command that the trigger runs: its keys are shown. */
  command?: CommandId | undefined;
  /** Keys that are no command's. */
  shortcut?: string | undefined;
  side?: "top" | "right";
  children: ReactElement;
}) {
  const own = useKeysOf(command);
  const keys = shortcut ?? own;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-50">
          <Tooltip.Popup className="float flex items-center gap-2 px-2 py-1 text-xs text-text">
            {text}
            {keys !== undefined && <Keys keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
