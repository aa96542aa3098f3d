import { commandOf } from "../../commands/bindings.ts";
import { isTyping } from "../../commands/chords.ts";
import type { CommandGroup, CommandId } from "../../commands/command-ids.ts";
import { COMMAND_IDS, COMMANDS } from "../../commands/table.ts";

const byKey: ReadonlyMap<string, CommandId> = new Map(
  COMMAND_IDS.flatMap((id) => {
    const key = COMMANDS[id].leader;
    return key === undefined ? [] : [[key, id] as const];
  }),
);

/** What a key means after the leader. */
export type LeaderMeaning =
  | { readonly kind: "command"; readonly id: CommandId }
  | { readonly kind: "leave" }
  /** A modifier on its way to a key, or a key that an input method has taken. */
  | { readonly kind: "wait" }
  | { readonly kind: "unknown"; readonly key: string };

const MODIFIERS: ReadonlySet<string> = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Fn", "Meta", "OS", "Shift"]);

/** The leader twice sends the leader to the shell; any other chord means what it always means. */
export function meaningOf(event: KeyboardEvent): LeaderMeaning {
  if (event.isComposing || event.keyCode === 229 || MODIFIERS.has(event.key)) return { kind: "wait" };
  if (event.key === "Escape") return { kind: "leave" };
  const chord = commandOf(event);
  if (chord === "leader") return { kind: "command", id: "sendLeader" };
  if (chord !== undefined) return { kind: "command", id: chord };
  // Characters that need AltGr arrive with Ctrl and Alt on some systems.
  const isChord = (event.ctrlKey || event.metaKey || event.altKey) && !isTyping(event);
  const id = isChord ? undefined : (byKey.get(event.key) ?? byKey.get(latinKey(event)));
  return id === undefined ? { kind: "unknown", key: event.key } : { kind: "command", id };
}

/** The letter that stands on the key of a Latin keyboard, for layouts without Latin letters and for CapsLock. */
function latinKey({ key, code }: KeyboardEvent): string {
  if (/^[A-Za-z]$/.test(key)) return key.toLowerCase();
  return /^(Key|Digit)[A-Z0-9]$/.test(code) && !/^[\x20-\x7e]$/.test(key) ? code.slice(-1).toLowerCase() : key;
}

/** A line of the overlay: a command, or several that only differ in direction or number. */
export interface LeaderRow {
  readonly keys: string;
  readonly ids: readonly [CommandId, ...CommandId[]];
}

const PANES = ["focusLeft", "focusRight", "focusUp", "focusDown"] as const;
const TABS = ["tab1", "tab2", "tab3", "tab4", "tab5", "tab6", "tab7", "tab8", "tab9"] as const;

/** The lines of one group; `isOffered` says which commands have something to do now. */
export function leaderRows(group: CommandGroup, isOffered: (id: CommandId) => boolean): LeaderRow[] {
  const joined: ReadonlySet<CommandId> = new Set([...PANES, ...TABS]);
  const single = COMMAND_IDS.flatMap((id): LeaderRow[] => {
    const { group: own, leader } = COMMANDS[id];
    return own === group && leader !== undefined && !joined.has(id) && isOffered(id)
      ? [{ keys: leader, ids: [id] }]
      : [];
  });
  if (group !== "shells") return single;
  return [
    ...single,
    ...(PANES.some(isOffered) ? [{ keys: "←→↑↓", ids: PANES }] : []),
    ...(TABS.some(isOffered) ? [{ keys: "1–9", ids: TABS }] : []),
  ];
}
