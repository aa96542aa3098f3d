import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import { Tip } from "./Tip.tsx";

/** A word with its meaning in a tooltip: for the pointer, the keyboard and, as a description, a screen reader. */
export function Term({ meaning, children }: { meaning: string; children: ReactNode }) {
  const word = (
    <Tooltip.Trigger
      aria-description={meaning}
      className="cursor-help rounded-sm underline decoration-dotted underline-offset-2 focus-visible:outline-offset-0"
    >
      {children}
    </Tooltip.Trigger>
  );
  return (
    <Tip trigger={word} className="max-w-80">
      {meaning}
    </Tip>
  );
}
