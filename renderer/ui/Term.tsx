import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";

/** A word with its meaning in a tooltip: for the pointer, the keyboard and, as a description, a screen reader. */
export function Term({ meaning, children }: { meaning: string; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger
        aria-description={meaning}
        className="cursor-help rounded-sm underline decoration-dotted underline-offset-2 focus-visible:outline-offset-0"
      >
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="float max-w-80 px-2 py-1 text-xs text-text">{meaning}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
