import { goActions } from "./actions/go.ts";
import { networkActions } from "./actions/network.ts";
import { shellActions } from "./actions/shells.ts";
import { terminalActions } from "./actions/terminal.ts";
import { viewActions } from "./actions/view.ts";
import type { CommandId } from "./command-ids.ts";
import type { Action, CommandContext } from "./context.ts";

/** What every command does. Apart from the table, so that whoever shows keys does not know the whole window. */
const ACTIONS: Record<CommandId, Action> = {
  ...goActions,
  ...shellActions,
  ...terminalActions,
  ...viewActions,
  ...networkActions,
};

export function isAvailable(id: CommandId, context: CommandContext): boolean {
  return ACTIONS[id].when?.(context) ?? true;
}

/** Does nothing when there is nothing to do it with. */
export function runCommand(id: CommandId, context: CommandContext): void {
  if (isAvailable(id, context)) ACTIONS[id].run(context);
}
