import { Tooltip } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import { useKeysOf } from "../commands/bindings.ts";
import type { CommandId } from "../commands/command-ids.ts";
import { Keys } from "./Keys.tsx";
import { Tip } from "./Tip.tsx";

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
    <Tip trigger={<Tooltip.Trigger render={children} />} side={side} className="flex items-center gap-2">
      {text}
      {keys !== undefined && <Keys keys={keys} />}
    </Tip>
  );
}
