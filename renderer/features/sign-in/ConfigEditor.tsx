import { useRef } from "react";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";

/** A text with line numbers, in which lines at fault are marked. */
export function ConfigEditor({
  text,
  faulty,
  onText,
  tall = false,
}: {
  text: string;
  faulty: ReadonlySet<number>;
  onText(text: string): void;
  /** Takes the height that there is. */
  tall?: boolean;
}) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = Math.max(text.split("\n").length, 12);
  return (
    // A file's text, in whatever page.
    <div
      dir="ltr"
      className={cx(
        tall ? "min-h-48 flex-1" : "h-64 shrink-0",
        "flex overflow-hidden rounded-md border border-field-line bg-canvas font-mono text-xs leading-5 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus",
      )}
    >
      <div
        ref={gutter}
        aria-hidden="true"
        className="shrink-0 overflow-hidden border-r border-line bg-chrome py-1 text-right text-text-3 select-none"
      >
        {Array.from({ length: lines }, (_, index) => index + 1).map((line) => (
          <div key={line} className={cx("min-w-9 pr-2 pl-2", faulty.has(line) && "bg-bad-soft font-semibold text-bad")}>
            {line}
          </div>
        ))}
        <div className="h-4" />
      </div>
      <textarea
        id="config-text"
        aria-label={strings.importConfig.text}
        aria-invalid={faulty.size > 0}
        value={text}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        placeholder={strings.importConfig.placeholder}
        onChange={(event) => onText(event.target.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        className="scroll-quiet min-w-0 flex-1 resize-none px-2 py-1 leading-5 outline-none placeholder:text-text-3"
      />
    </div>
  );
}

/** Puts the caret at the start of a line of the editor and brings it into view. */
export function goToLine(line: number): void {
  const editor = document.getElementById("config-text");
  if (!(editor instanceof HTMLTextAreaElement)) return;
  const before = editor.value.split("\n").slice(0, line - 1);
  const at = before.reduce((sum, one) => sum + one.length + 1, 0);
  editor.focus();
  editor.setSelectionRange(at, at + (editor.value.split("\n")[line - 1]?.length ?? 0));
  editor.scrollTop = Math.max(0, (line - 4) * 20);
}
