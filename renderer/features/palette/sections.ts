import { isAvailable } from "../../commands/actions.ts";
import type { CommandContext } from "../../commands/context.ts";
import { COMMAND_IDS, COMMANDS } from "../../commands/table.ts";
import { panesOf } from "../../state/layout.ts";
import { sessionOf, useShells } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { shortId } from "../../ui/format.ts";
import { describePane } from "../terminal/tab-state.ts";
import { type PaletteItem, textOf } from "./palette-items.ts";
import type { PaletteMode } from "./palette-store.ts";
import type { Places } from "./places.ts";
import { recentCommands } from "./recent-commands.ts";
import { capped, type Index, indexOf, plain, type Section, search } from "./search.ts";

/** What one opening of the palette can find. Commands and shells are taken when it opens. */
export interface Findable {
  readonly commands: Index<PaletteItem>;
  readonly panes: Index<PaletteItem>;
}

export function findableNow(context: CommandContext): Findable {
  return { commands: indexOf(commandItems(context)), panes: indexOf(paneItems()) };
}

/** Those that can be run now, in the order of the table. */
function commandItems(context: CommandContext): PaletteItem[] {
  return COMMAND_IDS.filter((id) => COMMANDS[id].isHidden !== true && isAvailable(id, context)).map((id) => {
    const title = strings.commands[id];
    const detail = strings.commandGroups[COMMANDS[id].group];
    return { kind: "command", key: `command ${id}`, text: textOf(title, detail), title, detail, id };
  });
}

function paneItems(): PaletteItem[] {
  const state = useShells.getState();
  return state.tabs.flatMap((tab) =>
    panesOf(tab.root).flatMap((paneKey): PaletteItem[] => {
      const pane = state.panes.get(paneKey);
      if (pane === undefined) return [];
      const { machine, region } = describePane(pane, sessionOf(state, pane));
      const title = pane.request.appName;
      const mark = state.marks.get(paneKey);
      // A program's title says where it is, as a rule; OSC 7 does where it set none.
      const detail = [shortId(machine), region, mark?.title ?? mark?.cwd].filter(Boolean).join(" · ");
      const text = textOf(title, detail);
      return [{ kind: "pane", key: `pane ${paneKey}`, text, title, detail, tabKey: tab.key, paneKey }];
    }),
  );
}

/** The sections to show, in order. `recentApps` are appKeys, the newest first. */
export function sectionsFor(
  mode: PaletteMode,
  query: string,
  findable: Findable,
  places: Places,
  recentApps: readonly string[],
): Section[] {
  const s = strings.palette;
  const text = query.trim();
  if (text === "") return capped(mode === "commands" ? allCommands(findable) : allPlaces(findable, places, recentApps));
  const isCommands = mode === "commands";
  return search(text, [
    ...(isCommands ? [{ heading: s.commands, index: findable.commands, most: 20 }] : []),
    { heading: s.shells, index: findable.panes, most: 10 },
    { heading: s.apps, index: places.apps, most: isCommands ? 10 : 30 },
    { heading: s.machines, index: places.machines, most: isCommands ? 10 : 20 },
  ]);
}

function allCommands({ commands, panes }: Findable): Section[] {
  const s = strings.palette;
  const recent = recentCommands().flatMap(
    (id) => commands.items.find((item) => item.kind === "command" && item.id === id) ?? [],
  );
  const others = commands.items.filter((item) => !recent.includes(item));
  return [plain(s.recent, recent), plain(s.commands, others), plain(s.shells, panes.items)];
}

function allPlaces({ panes }: Findable, places: Places, recentApps: readonly string[]): Section[] {
  const s = strings.palette;
  const recent = recentApps.flatMap((key) => places.byApp.get(key) ?? []);
  const others = places.apps.items.filter((item) => !recent.includes(item)).slice(0, 50);
  return [plain(s.shells, panes.items), plain(s.recent, recent), plain(s.apps, others)];
}
