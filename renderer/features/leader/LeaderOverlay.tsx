import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { isAvailable, runCommand } from "../../commands/actions.ts";
import type { CommandId } from "../../commands/command-ids.ts";
import { useCommandContext } from "../../commands/context.ts";
import { focusBack } from "../../commands/focus-back.ts";
import { showLeaderKey } from "../../commands/key-names.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { useAfter } from "../../ui/use-after.ts";
import { LeaderColumns } from "./LeaderColumns.tsx";
import { meaningOf } from "./leader-keys.ts";
import { endLeader, useLeader } from "./leader-store.ts";

/** Whoever knows the keys by heart does not see it. */
const SHOWN_AFTER_MS = 300;

/** After the leader: what the next key may be, in columns. */
export function LeaderOverlay() {
  return useLeader((state) => state.active) ? <OpenOverlay /> : null;
}

function leave(): void {
  const { returnTo } = useLeader.getState();
  flushSync(endLeader);
  focusBack(returnTo);
}

/**
 * It has the focus, so that no input method and no shell takes the next key, and gives it back before the command runs.
 */
function OpenOverlay() {
  const s = strings.leader;
  const context = useCommandContext();
  const place = useRef<HTMLDivElement>(null);
  const [note, setNote] = useState("");
  const late = useAfter(SHOWN_AFTER_MS);
  const shown = late || note !== "";
  useLayoutEffect(() => place.current?.focus(), []);

  const choose = (id: CommandId): void => {
    leave();
    runCommand(id, context);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const meaning = meaningOf(event.nativeEvent);
    if (meaning.kind === "leave") leave();
    else if (meaning.kind === "unknown") setNote(s.unknown(showLeaderKey(meaning.key)));
    else if (meaning.kind === "command") {
      if (isAvailable(meaning.id, context)) choose(meaning.id);
      else setNote(s.notNow(strings.commands[meaning.id]));
    }
  };
  return (
    <div
      ref={place}
      role="dialog"
      tabIndex={-1}
      aria-label={strings.commands.leader}
      aria-describedby="leader-hint"
      onKeyDown={onKeyDown}
      onBlur={({ relatedTarget, currentTarget }) => {
        if (!currentTarget.contains(relatedTarget)) endLeader();
      }}
      className={cx(
        "float fixed inset-x-2 bottom-8 z-40 mx-auto flex max-h-[70vh] max-w-5xl flex-col rounded-lg outline-none",
        !shown && "opacity-0",
      )}
    >
      <LeaderColumns context={context} onChoose={choose} />
      <div className="flex shrink-0 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line px-4 py-2 text-xs">
        <p id="leader-hint" className="text-text-3">
          {s.hint}
        </p>
        <p role="status" className="text-warn">
          {note}
        </p>
      </div>
    </div>
  );
}
