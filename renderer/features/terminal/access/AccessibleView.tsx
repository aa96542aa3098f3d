import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { strings } from "../../../strings.ts";
import { IconButton } from "../../../ui/IconButton.tsx";
import type { TerminalController } from "../terminal-controller.ts";

/** More than a person reads, and little enough for a text field. */
const MOST_ROWS = 20_000;

/**
 * The text of the terminal as plain text with a caret, over the terminal: for screen readers and for selecting with the
 * keyboard (complaint 25). As it was when it was opened, so that nothing moves under the caret.
 */
export function AccessibleView({ controller, name }: { controller: TerminalController; name: string }) {
  const [text] = useState(() => controller.text(MOST_ROWS));
  const field = useRef<HTMLTextAreaElement>(null);
  const label = strings.accessible.view(name);
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(text.length, text.length);
    element.scrollTop = element.scrollHeight;
  }, [text]);
  const back = (): void => controller.toggleReading();
  return (
    <section aria-label={label} className="pointer-events-auto flex min-h-0 flex-1 flex-col bg-canvas">
      <header className="flex h-9 shrink-0 items-center gap-3 border-b border-line bg-chrome pr-1 pl-3">
        <bdi className="min-w-0 truncate font-medium">{label}</bdi>
        <span className="flex-1 truncate text-text-3">{strings.accessible.back}</span>
        <IconButton label={strings.common.close} shortcut={strings.find.closeKeys} onClick={back}>
          <X className="size-4" />
        </IconButton>
      </header>
      <textarea
        ref={field}
        readOnly
        aria-label={label}
        value={text}
        spellCheck={false}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          back();
        }}
        className="scroll-quiet focus-inset min-h-0 flex-1 resize-none bg-canvas p-3 font-mono text-text whitespace-pre-wrap"
      />
    </section>
  );
}
