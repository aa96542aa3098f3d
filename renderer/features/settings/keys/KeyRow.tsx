import { RotateCcw, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { chordOfCommand, usualChord } from "../../../commands/bindings.ts";
import { chordOf } from "../../../commands/chords.ts";
import type { CommandId } from "../../../commands/command-ids.ts";
import { browserOwns } from "../../../commands/edition.ts";
import { showChord, showLeaderKey } from "../../../commands/key-names.ts";
import { isChanged } from "../../../commands/rebind.ts";
import { COMMANDS } from "../../../commands/table.ts";
import { strings } from "../../../strings.ts";
import { Badge } from "../../../ui/Badge.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Highlight } from "../../../ui/Highlight.tsx";
import { IconButton } from "../../../ui/IconButton.tsx";
import { Keys } from "../../../ui/Keys.tsx";
import type { KeyChange, KeyNote } from "./use-key-change.ts";

const CELL = "border-b border-line px-2 first:pl-3 last:pr-3";

/** A command: its title, the button that records its keys, its leader key, and the ways back. */
export function KeyRow({ id, terms, change }: { id: CommandId; terms: readonly string[]; change: KeyChange }) {
  const s = strings.keys;
  const title = strings.commands[id];
  const chord = chordOfCommand(id, change.chosen);
  const usual = usualChord(id);
  const changed = isChanged(id, change.chosen);
  const leader = COMMANDS[id].leader;
  return (
    <>
      <tr data-setting={title} className="h-8">
        <th scope="row" className={`${CELL} min-w-36 text-left font-normal`}>
          <Highlight text={title} terms={terms} /> {changed && <Badge tone="accent">{s.changed}</Badge>}
        </th>
        <td className={CELL}>
          {change.recording === id ? (
            <Recorder title={title} change={change} />
          ) : (
            <KeyButton id={id} chord={chord} change={change} />
          )}
        </td>
        <td className={`${CELL} whitespace-nowrap`}>{leader !== undefined && <Keys keys={showLeaderKey(leader)} />}</td>
        <td className={`${CELL} text-right whitespace-nowrap`}>
          {chord !== undefined && (
            <IconButton small label={s.remove(title)} onClick={() => change.remove(id)}>
              <X className="size-3.5" />
            </IconButton>
          )}
          {changed && (
            <IconButton small label={s.reset(title)} shortcut={showUsual(usual)} onClick={() => change.reset(id)}>
              <RotateCcw className="size-3.5" />
            </IconButton>
          )}
        </td>
      </tr>
      {change.note?.id === id && <NoteRow note={change.note} change={change} />}
    </>
  );
}

function showUsual(chord: string | undefined): string {
  return chord === undefined ? strings.keys.none : showChord(chord);
}

function KeyButton({ id, chord, change }: { id: CommandId; chord: string | undefined; change: KeyChange }) {
  const s = strings.keys;
  const shown = chord === undefined ? s.none : showChord(chord);
  const kept = chord !== undefined && browserOwns(chord);
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (change.takeFocus(id)) place.current?.focus();
  });
  return (
    <button
      type="button"
      ref={place}
      aria-label={s.change(strings.commands[id], kept ? `${shown}, ${s.browserKeeps}` : shown)}
      onClick={() => change.record(id)}
      onKeyDown={({ key }) => {
        if (key === "Escape" && change.note?.id === id) change.dismiss();
      }}
      className="inline-flex min-h-6 flex-wrap items-center gap-x-2 rounded-sm px-1 py-0.5 text-left hover:bg-hover"
    >
      {chord === undefined ? <span className="text-text-3">{s.none}</span> : <Keys keys={shown} />}
      {kept && <span className="text-xs text-text-3">{s.browserKeeps}</span>}
    </button>
  );
}

/** Takes the next chord. Escape cancels, and so does leaving it with Tab or the pointer. */
function Recorder({ title, change }: { title: string; change: KeyChange }) {
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => place.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const chord = chordOf(event.nativeEvent);
    // Tab alone is the way out for the keyboard; no command may have it anyway.
    if (chord === "Tab" || chord === "Shift+Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (chord === "Escape") change.cancel(true);
    else if (chord !== undefined) change.press(chord);
  };
  return (
    <button
      type="button"
      ref={place}
      data-takes-keys=""
      aria-label={strings.keys.recording(title)}
      onKeyDown={onKeyDown}
      onBlur={() => change.cancel(false)}
      className="inline-flex min-h-6 items-center rounded-sm border border-accent bg-accent-soft px-2 text-xs text-accent"
    >
      {strings.keys.press}
    </button>
  );
}

function NoteRow({ note, change }: { note: KeyNote; change: KeyChange }) {
  return (
    <tr>
      <td colSpan={4} className={`${CELL} py-1`}>
        <div
          role="alert"
          onKeyDown={({ key }) => {
            if (key === "Escape") change.dismiss();
          }}
          className="flex flex-wrap items-center gap-2"
        >
          <span className={note.kind === "told" ? "text-text-2" : "text-warn"}>{note.text}</span>
          {note.kind === "taken" && (
            <>
              <Button autoFocus onClick={() => change.takeOver(note)}>
                {strings.keys.useHere}
              </Button>
              <Button look="quiet" onClick={change.dismiss}>
                {strings.common.cancel}
              </Button>
            </>
          )}
        </div>
      </td>
    </tr>
  );
}
