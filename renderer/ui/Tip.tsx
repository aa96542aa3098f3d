import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./class-names.ts";

/** Esc closes what the focus is in, also while a tooltip happens to be open: the library would keep the key to that. */
function leaveEscape(_open: boolean, details: Tooltip.Root.ChangeEventDetails): void {
  if (details.reason === "escape-key") details.allowPropagation();
}

/** The tooltip of `trigger`, which is a Tooltip.Trigger. */
export function Tip({
  trigger,
  side = "top",
  className,
  children,
}: {
  trigger: ReactElement;
  side?: "top" | "right";
  className: string;
  children: ReactNode;
}) {
  return (
    <Tooltip.Root onOpenChange={leaveEscape}>
      {trigger}
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-50">
          <Tooltip.Popup className={cx("float px-2 py-1 text-xs text-text", className)}>{children}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
