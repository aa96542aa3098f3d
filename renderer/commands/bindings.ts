import { create } from "zustand";
import type { Settings } from "../../shared/settings.ts";
import { type Chord, IS_MAC, isTyping, matches, parseChord } from "./chords.ts";
import type { CommandId } from "./command-ids.ts";
import { browserOwns } from "./edition.ts";
import { useKeyLabels } from "./key-labels.ts";
import { showChord, showLeaderKey } from "./key-names.ts";
import { COMMAND_IDS, COMMANDS } from "./table.ts";

interface Bindings {
  /** By command, the chord that a person chose; empty for none. */
  readonly chosen: Settings["keys"];
  /** By KeyboardEvent.code, or by KeyboardEvent.key where a chord is a character, what may be meant. */
  readonly byKey: ReadonlyMap<string, readonly Binding[]>;
}

interface Binding {
  readonly chord: Chord;
  readonly id: CommandId;
}

const useBindings = create<Bindings>(() => bindingsOf({}));

function bindingsOf(chosen: Settings["keys"]): Bindings {
  const byKey = new Map<string, Binding[]>();
  for (const id of COMMAND_IDS) {
    for (const text of chordsOf(id, chosen)) {
      const chord = parseChord(text);
      if (chord === undefined) continue;
      const key = "code" in chord.key ? chord.key.code : chord.key.char;
      byKey.set(key, [...(byKey.get(key) ?? []), { chord, id }]);
    }
  }
  return { chosen, byKey };
}

/** Every chord that runs the command, in its one form. */
export function chordsOf(id: CommandId, chosen: Settings["keys"]): string[] {
  const own = chordOfCommand(id, chosen);
  const also =
    chosen[id] === undefined ? (COMMANDS[id].also ?? []).flatMap((text) => parseChord(text)?.text ?? []) : [];
  return [...(own === undefined ? [] : [own]), ...also].filter((chord) => !browserOwns(chord));
}

/** The chord that usually runs the command on this system, in its canonical form. */
export function usualChord(id: CommandId): string | undefined {
  const keys = COMMANDS[id].keys;
  const text = IS_MAC ? keys?.mac : keys?.other;
  return text === undefined ? undefined : parseChord(text)?.text;
}

/** The chord that a command has, whether or not the browser lets us have it. */
export function chordOfCommand(id: CommandId, chosen: Settings["keys"]): string | undefined {
  const text = chosen[id];
  return text === undefined ? usualChord(id) : parseChord(text)?.text;
}

/** Takes the keys of the settings. */
export function bind(chosen: Settings["keys"]): void {
  if (useBindings.getState().chosen !== chosen) useBindings.setState(bindingsOf(chosen));
}

/** The command whose chord is pressed. */
export function commandOf(event: KeyboardEvent): CommandId | undefined {
  if (isTyping(event)) return undefined;
  const { byKey } = useBindings.getState();
  const found = (key: string): CommandId | undefined => byKey.get(key)?.find(({ chord }) => matches(event, chord))?.id;
  // The character first: where "+" stands in the place of another layout's "-", it is still larger.
  return found(event.key) ?? found(event.code);
}

/** For the terminal: a key that is no command goes to the shell untouched. */
export function isShortcut(event: KeyboardEvent): boolean {
  return commandOf(event) !== undefined;
}

/** The keys of a command as they are shown: its chord, or else the leader and its key, or undefined. */
export function keysOf(id: CommandId): string | undefined {
  return shownKeys(id, useBindings.getState().chosen);
}

/** The same for components: follows the settings. */
export function useKeysOf(id: CommandId | undefined): string | undefined {
  const chosen = useBindings((state) => state.chosen);
  // The labels come a moment after the page.
  useKeyLabels((state) => state.labels);
  return id === undefined ? undefined : shownKeys(id, chosen);
}

function shownKeys(id: CommandId, chosen: Settings["keys"]): string | undefined {
  const chord = chordOfCommand(id, chosen);
  if (chord !== undefined && !browserOwns(chord)) return showChord(chord);
  const leader = chordOfCommand("leader", chosen);
  const key = COMMANDS[id].leader;
  return leader === undefined || key === undefined ? undefined : `${showChord(leader)} ${showLeaderKey(key)}`;
}
