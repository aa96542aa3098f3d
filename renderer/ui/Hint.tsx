import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { Keys } from "./Keys.tsx";

/** A tooltip that repeats the accessible name of its trigger, with its shortcut. */
export function Hint({
  text,
  shortcut,
  side = "top",
  children,
}: {
  text: string;
  shortcut?: string | undefined;
  side?: "top" | "right";
  children: ReactElement;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-50">
          <Tooltip.Popup className="float flex items-center gap-2 px-2 py-1 text-xs text-text">
            {text}
            {shortcut !== undefined && <Keys keys={shortcut} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
