import { CaseSensitive, ChevronDown, ChevronUp, Regex, WholeWord, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { CONTROL } from "../../ui/TextField.tsx";
import { MOST_MATCHES } from "./find/most-matches.ts";
import type { FindState } from "./find/terminal-find.ts";
import type { TerminalController } from "./terminal-controller.ts";
import { usePaneUi } from "./use-pane-ui.ts";

const FIND_AFTER_MS = 120;

const HOW = [
  { name: "caseSensitive", label: strings.find.caseSensitive, icon: <CaseSensitive className="size-4" /> },
  { name: "wholeWord", label: strings.find.wholeWord, icon: <WholeWord className="size-4" /> },
  { name: "regex", label: strings.find.regex, icon: <Regex className="size-4" /> },
] as const;

/** Finds in the text of one terminal, with the number of matches. */
export function FindBar({ controller }: { controller: TerminalController }) {
  const first = usePaneUi(controller, (ui) => ui.findText);
  const asked = usePaneUi(controller, (ui) => ui.findAsked);
  const state = usePaneUi(controller, (ui) => ui.find);
  const [text, setText] = useState(first);
  const [how, setHow] = useState({ caseSensitive: false, wholeWord: false, regex: false });
  const field = useRef<HTMLInputElement>(null);
  const errorId = useId();
  const { find } = controller;

  useEffect(() => setText(first), [first]);

  useEffect(() => {
    if (asked === 0) return;
    field.current?.focus();
    // After the text is in it.
    requestAnimationFrame(() => field.current?.select());
  }, [asked]);

  useEffect(() => {
    const timer = setTimeout(() => void find.search({ text, ...how }), FIND_AFTER_MS);
    return () => clearTimeout(timer);
  }, [find, text, how]);

  useEffect(() => () => find.close(), [find]);

  const close = (): void => controller.closeFind();
  const invalid = state.kind === "invalid" || state.kind === "slow";
  return (
    <search className="flex min-h-9 shrink-0 flex-wrap items-center gap-1 border-b border-line bg-chrome px-2 py-1">
      <input
        ref={field}
        value={text}
        aria-label={strings.find.label}
        aria-invalid={invalid || undefined}
        aria-describedby={errorId}
        placeholder={strings.find.label}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") close();
          else if (event.key === "Enter") event.shiftKey ? find.next() : void find.previous();
          else return;
          event.preventDefault();
        }}
        className={cx(CONTROL, "h-7 max-w-64 min-w-32 flex-1", invalid && "border-bad")}
      />
      {HOW.map(({ name, label, icon }) => (
        <Switch
          key={name}
          label={label}
          icon={icon}
          on={how[name]}
          onSwitch={() => setHow((before) => ({ ...before, [name]: !before[name] }))}
        />
      ))}
      <output
        id={errorId}
        className={cx("min-w-24 px-2 text-xs tabular-nums", invalid ? "font-medium text-bad" : "text-text-3")}
      >
        {wordsOf(state)}
      </output>
      <IconButton
        label={strings.find.previous}
        shortcut={strings.find.previousKeys}
        onClick={() => void find.previous()}
      >
        <ChevronUp className="size-4" />
      </IconButton>
      <IconButton label={strings.find.next} shortcut={strings.find.nextKeys} onClick={() => find.next()}>
        <ChevronDown className="size-4" />
      </IconButton>
      <span className="flex-1" />
      <IconButton label={strings.find.close} shortcut={strings.find.closeKeys} onClick={close}>
        <X className="size-4" />
      </IconButton>
    </search>
  );
}

function Switch({ label, icon, on, onSwitch }: { label: string; icon: ReactNode; on: boolean; onSwitch(): void }) {
  return (
    <IconButton
      label={label}
      aria-pressed={on}
      onClick={onSwitch}
      className={cx("border", on ? "border-accent bg-accent-soft" : "border-transparent")}
    >
      {icon}
    </IconButton>
  );
}

function wordsOf(state: FindState): string {
  if (state.kind === "idle") return "";
  if (state.kind === "invalid") return strings.find.invalid;
  if (state.kind === "slow") return strings.find.slow;
  if (state.count === 0) return state.searching ? strings.find.searching : strings.find.none;
  if (state.more && !state.searching) return strings.find.many(Math.max(MOST_MATCHES, state.count));
  return state.place === null ? strings.find.count(state.count) : strings.find.place(state.place, state.count);
}
