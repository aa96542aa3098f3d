import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { token } from "../../state/theme.ts";
import { setFindOpen } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { CONTROL } from "../../ui/TextField.tsx";
import type { TerminalController } from "./terminal-controller.ts";

const FIND_AFTER_MS = 120;
/** xterm stops counting at its highlight limit, and says so with an index of -1. */
const HIGHLIGHTS = 1000;

/** Finds in the scrollback of one terminal, with the number of matches. */
export function FindBar({ controller }: { controller: TerminalController }) {
  const [text, setText] = useState("");
  const [count, setCount] = useState<{ index: number; count: number } | null>(null);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    field.current?.focus();
    const results = controller.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setCount({ index: resultIndex, count: resultCount }),
    );
    return () => {
      results.dispose();
      controller.search.clearDecorations();
    };
  }, [controller]);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (text === "") controller.search.clearDecorations();
      else controller.search.findPrevious(text, { ...options(), incremental: true });
    }, FIND_AFTER_MS);
    return () => clearTimeout(timer);
  }, [controller, text]);

  const close = (): void => {
    setFindOpen(false);
    controller.focus();
  };
  const next = (): void => void controller.search.findNext(text, options());
  const previous = (): void => void controller.search.findPrevious(text, options());

  return (
    <search className="flex h-9 shrink-0 items-center gap-1 border-b border-line bg-chrome px-2">
      <input
        ref={field}
        value={text}
        aria-label={strings.find.label}
        placeholder={strings.find.label}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          else if (event.key === "Enter") (event.shiftKey ? next : previous)();
        }}
        className={`${CONTROL} h-7 max-w-64`}
      />
      <output className="min-w-20 px-2 text-xs text-text-3 tabular-nums">{text === "" ? "" : wordsOf(count)}</output>
      <IconButton label={strings.find.previous} onClick={previous}>
        <ChevronUp className="size-4" />
      </IconButton>
      <IconButton label={strings.find.next} onClick={next}>
        <ChevronDown className="size-4" />
      </IconButton>
      <span className="flex-1" />
      <IconButton label={strings.find.close} onClick={close}>
        <X className="size-4" />
      </IconButton>
    </search>
  );
}

function wordsOf(found: { index: number; count: number } | null): string {
  if (found === null) return "";
  if (found.count === 0) return strings.find.none;
  if (found.count >= HIGHLIGHTS) return strings.find.many(HIGHLIGHTS);
  return found.index < 0 ? strings.find.count(found.count) : strings.find.place(found.index + 1, found.count);
}

function options() {
  return {
    decorations: {
      matchBackground: token("line-strong"),
      matchOverviewRuler: token("field-line"),
      activeMatchBackground: token("term-selection"),
      activeMatchColorOverviewRuler: token("warn"),
    },
  };
}
