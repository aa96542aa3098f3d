import { z } from "zod";
import type { CommandId } from "../../commands/command-ids.ts";
import { isCommandId } from "../../commands/table.ts";

/** The commands that were chosen in the palette last, the newest first: kept by this browser or window. */
const KEY = "culvert.recent-commands";
const MOST = 5;
const kept = z.array(z.string()).max(100);

export function recentCommands(): CommandId[] {
  try {
    const result = kept.safeParse(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
    return result.success ? result.data.filter(isCommandId).slice(0, MOST) : [];
  } catch {
    // Storage may be off or hold anything: then nothing was used.
    return [];
  }
}

export function rememberCommand(id: CommandId): void {
  const next = [id, ...recentCommands().filter((one) => one !== id)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // As above.
  }
}
