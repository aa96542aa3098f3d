import { useRef, useState } from "react";
import type { Settings } from "../../../../shared/settings.ts";
import { usualChord } from "../../../commands/bindings.ts";
import type { CommandId } from "../../../commands/command-ids.ts";
import { showChord } from "../../../commands/key-names.ts";
import { judgeChord, withChord } from "../../../commands/rebind.ts";
import { announce } from "../../../state/announcer.ts";
import { useChangeSettings, useSettings } from "../../../state/queries.ts";
import { strings } from "../../../strings.ts";

/** What is said below a command whose keys were just changed, or could not be. */
export type KeyNote = { readonly id: CommandId } & (
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "taken"; readonly text: string; readonly chord: string; readonly by: CommandId }
);

export interface KeyChange {
  readonly chosen: Settings["keys"];
  /** The command whose next chord is being listened for. */
  readonly recording: CommandId | null;
  readonly note: KeyNote | null;
  record(id: CommandId): void;
  /** Ends the recording as if nothing had been pressed. */
  cancel(keepFocus: boolean): void;
  /** True once for the command whose button gets the focus back after its recording. */
  takeFocus(id: CommandId): boolean;
  /** A chord was pressed for the command that is recorded. */
  press(chord: string): void;
  reset(id: CommandId): void;
  remove(id: CommandId): void;
  /** Puts the note away; the focus goes back to the keys of its command. */
  dismiss(): void;
  /** The chord of the note goes to its command, and from the other one. */
  takeOver(note: KeyNote & { kind: "taken" }): void;
}

/** Changing keys, one command at a time. */
export function useKeyChange(): KeyChange {
  const { keys: chosen } = useSettings();
  const { mutate } = useChangeSettings();
  const [recording, show] = useState<CommandId | null>(null);
  // A button that goes away with its recording may still bring a blur, which must not end what came after it.
  const current = useRef<CommandId | null>(null);
  const setRecording = (id: CommandId | null): void => {
    current.current = id;
    show(id);
  };
  const [note, setNote] = useState<KeyNote | null>(null);
  const focusNext = useRef<CommandId | null>(null);
  const s = strings.keys;

  const set = (id: CommandId, chord: string, from?: CommandId): void => {
    mutate({ keys: withChord(chosen, id, chord, from) });
    setRecording(null);
    focusNext.current = id;
    const title = strings.commands[id];
    announce(chord === "" ? s.removed(title) : s.set(title, showChord(chord)), "polite");
  };
  /** Gives the command the chord, or says why not. */
  const offer = (id: CommandId, chord: string): void => {
    const keys = showChord(chord);
    const verdict = judgeChord(id, chord, chosen);
    if (verdict.kind === "refused") setNote({ id, kind: "refused", text: s.refusals[verdict.why](keys) });
    else if (verdict.kind === "taken") {
      setRecording(null);
      setNote({ id, kind: "taken", text: s.taken(keys, strings.commands[verdict.by]), chord, by: verdict.by });
    } else {
      setNote(verdict.kind === "from-shell" ? { id, kind: "told", text: s.fromShell(keys) } : null);
      set(id, chord);
    }
  };
  return {
    chosen,
    recording,
    note,
    record: (id) => {
      setNote(null);
      setRecording(id);
      announce(s.recording(strings.commands[id]), "polite");
    },
    cancel: (keepFocus) => {
      if (current.current === null) return;
      setRecording(null);
      setNote(null);
      if (keepFocus) focusNext.current = recording;
      announce(s.cancelled, "polite");
    },
    takeFocus: (id) => {
      if (focusNext.current !== id) return false;
      focusNext.current = null;
      return true;
    },
    press: (chord) => {
      if (recording !== null) offer(recording, chord);
    },
    reset: (id) => {
      const usual = usualChord(id);
      setNote(null);
      if (usual === undefined) set(id, "");
      else offer(id, usual);
    },
    remove: (id) => {
      setNote(null);
      set(id, "");
    },
    dismiss: () => {
      focusNext.current = note?.id ?? null;
      setNote(null);
    },
    takeOver: ({ id, chord, by }) => {
      setNote(null);
      set(id, chord, by);
    },
  };
}
