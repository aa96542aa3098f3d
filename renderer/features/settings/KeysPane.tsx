import { RotateCcw } from "lucide-react";
import { Fragment, useState } from "react";
import { chordOfCommand, keysOf, usualChord } from "../../commands/bindings.ts";
import type { CommandGroup, CommandId } from "../../commands/command-ids.ts";
import { browserOwns } from "../../commands/edition.ts";
import { showChord } from "../../commands/key-names.ts";
import { COMMAND_IDS, COMMANDS } from "../../commands/table.ts";
import { useChangeSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { HeadCell, Table } from "../../ui/Table.tsx";
import { useFocusAfterPart } from "../frame/view-focus.ts";
import { KeyRow } from "./keys/KeyRow.tsx";
import { TabDigits } from "./keys/TabDigits.tsx";
import { type KeyChange, useKeyChange } from "./keys/use-key-change.ts";
import { isFound, termsOfSearch, useSearchTerms } from "./search.ts";

const GROUPS: readonly CommandGroup[] = ["go", "shells", "terminal", "window", "network"];

/** Every command with its keys, which can be changed here: the settings' section "keys". */
export function KeysPane() {
  const outer = useSearchTerms();
  const [search, setSearch] = useState("");
  const change = useKeyChange();
  const terms = outer.length > 0 ? outer : termsOfSearch(search);
  const found = COMMAND_IDS.filter((id) => isFound(terms, wordsOf(id, change)));
  if (outer.length > 0) return found.length === 0 ? null : <KeyTable ids={found} terms={terms} change={change} />;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <SearchField
          label={strings.keys.search}
          value={search}
          onText={setSearch}
          className="min-w-40 flex-1 sm:max-w-96"
        />
        <span className="flex-1 max-sm:hidden" />
        <ResetAll change={change} />
      </div>
      <TabDigits change={change} />
      {COMMAND_IDS.some((id) => browserOwns(usualChord(id) ?? "")) && (
        <p className="text-text-2">{strings.keys.browserNote}</p>
      )}
      {found.length === 0 ? (
        <EmptyState title={strings.keys.nothingFound} />
      ) : (
        <KeyTable ids={found} terms={terms} change={change} />
      )}
    </div>
  );
}

/** What a search looks at: the title, the group, and the keys as they are shown. */
function wordsOf(id: CommandId, { chosen }: KeyChange): string[] {
  const chord = chordOfCommand(id, chosen);
  return [
    strings.commands[id],
    strings.commandGroups[COMMANDS[id].group],
    chord === undefined ? "" : showChord(chord),
    strings.settings.otherWords.keys,
  ];
}

function KeyTable({ ids, terms, change }: { ids: readonly CommandId[]; terms: readonly string[]; change: KeyChange }) {
  const s = strings.keys;
  return (
    <Table label={s.table}>
      <thead>
        <tr>
          <HeadCell>{s.command}</HeadCell>
          <HeadCell>{s.chord}</HeadCell>
          <HeadCell meaning={s.leaderMeaning(keysOf("leader") ?? s.none)}>{s.leader}</HeadCell>
          <HeadCell>
            <span className="sr-only">{s.actions}</span>
          </HeadCell>
        </tr>
      </thead>
      {GROUPS.map((group) => {
        const own = ids.filter((id) => COMMANDS[id].group === group);
        return own.length === 0 ? null : (
          <tbody key={group}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={4}
                className="h-7 border-b border-line px-3 text-left text-xs font-medium text-text-3"
              >
                {strings.commandGroups[group]}
              </th>
            </tr>
            {own.map((id) => (
              <Fragment key={id}>
                <KeyRow id={id} terms={terms} change={change} />
              </Fragment>
            ))}
          </tbody>
        );
      })}
    </Table>
  );
}

function ResetAll({ change: { chosen } }: { change: KeyChange }) {
  const { mutate } = useChangeSettings();
  const [asking, setAsking] = useState(false);
  const count = Object.keys(chosen).length;
  useFocusAfterPart(count > 0);
  if (count === 0) return null;
  const s = strings.keys;
  return (
    <>
      <Button look="quiet" icon={<RotateCcw className="size-3.5" />} onClick={() => setAsking(true)}>
        {s.resetAll}
      </Button>
      <Confirm
        open={asking}
        title={s.resetAllTitle}
        confirmLabel={s.resetAllConfirm}
        onConfirm={() => {
          mutate({ keys: {} });
          setAsking(false);
        }}
        onCancel={() => setAsking(false)}
      >
        <p>{s.resetAllText(count)}</p>
      </Confirm>
    </>
  );
}
