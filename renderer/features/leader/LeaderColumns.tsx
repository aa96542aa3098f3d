import { isAvailable } from "../../commands/actions.ts";
import type { CommandGroup, CommandId } from "../../commands/command-ids.ts";
import type { CommandContext } from "../../commands/context.ts";
import { showLeaderKey } from "../../commands/key-names.ts";
import { strings } from "../../strings.ts";
import { Keys } from "../../ui/Keys.tsx";
import { type LeaderRow, leaderRows } from "./leader-keys.ts";

const GROUPS: readonly CommandGroup[] = ["shells", "terminal", "go", "window"];

/** The commands with a leader key that have something to do now, a column for each group. */
export function LeaderColumns({ context, onChoose }: { context: CommandContext; onChoose(id: CommandId): void }) {
  const offered = (id: CommandId): boolean => isAvailable(id, context);
  return (
    <div className="scroll-quiet grid min-h-0 grid-cols-[repeat(auto-fit,minmax(13rem,1fr))] gap-x-4 gap-y-3 overflow-y-auto px-4 py-3">
      {GROUPS.map((group) => {
        const rows = leaderRows(group, offered);
        return rows.length === 0 ? null : (
          <section key={group} aria-label={strings.commandGroups[group]}>
            <h2 className="pb-1 text-xs font-medium text-text-3">{strings.commandGroups[group]}</h2>
            <ul>
              {rows.map((row) => (
                <li key={row.keys}>
                  <Row row={row} onChoose={onChoose} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function Row({ row: { keys, ids }, onChoose }: { row: LeaderRow; onChoose(id: CommandId): void }) {
  const shown = (
    <span className="min-w-7 shrink-0">
      <Keys keys={showLeaderKey(keys)} />
    </span>
  );
  const [only, ...others] = ids;
  if (others.length > 0) {
    return (
      <p className="flex min-h-6 items-center gap-2 px-1">
        {shown}
        {only === "tab1" ? strings.leader.tabs : strings.leader.panes}
      </p>
    );
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={() => onChoose(only)}
      className="flex min-h-6 w-full items-center gap-2 rounded-sm px-1 text-left hover:bg-hover"
    >
      {shown}
      <span className="min-w-0 truncate">{strings.commands[only]}</span>
    </button>
  );
}
