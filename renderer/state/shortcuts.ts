import { keysOf as shownKeysOf } from "../commands/bindings.ts";
import type { CommandId } from "../commands/command-ids.ts";

/** The old door to ../commands, until the last of its callers has moved. */
export { isShortcut } from "../commands/bindings.ts";
export type Command = CommandId;

export function keysOf(command: CommandId, _edition?: "desktop" | "browser"): string | undefined {
  return shownKeysOf(command);
}
