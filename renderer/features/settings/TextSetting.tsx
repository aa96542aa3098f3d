import { useId, useMemo, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import { CONTROL } from "../../ui/TextField.tsx";

interface TextSettingProps {
  label: string;
  value: string;
  placeholder?: string;
  /** What is wrong with a text, or undefined; a text with a fault is not kept. */
  faultOf(text: string): string | undefined;
  /** What is to be said of the text that is kept, once it is typed whole. */
  noteOf?(text: string): string | undefined;
  onChange(value: string): void;
}

/** A line of text that is kept as it is typed, as long as it is good. */
export function TextSetting({ label, value, placeholder, faultOf, noteOf, onChange }: TextSettingProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const fault = draft === undefined ? undefined : faultOf(draft);
  const note = useMemo(() => (draft === undefined ? noteOf?.(value) : undefined), [draft, noteOf, value]);
  const finish = (): void => {
    if (fault === undefined) setDraft(undefined);
  };
  return (
    <div className="flex w-64 max-w-full flex-col gap-1">
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined && note === undefined ? undefined : id}
        placeholder={placeholder}
        value={draft ?? value}
        onChange={({ target }) => {
          setDraft(target.value);
          if (faultOf(target.value) === undefined) onChange(target.value.trim());
        }}
        onBlur={finish}
        onKeyDown={({ key }) => {
          if (key === "Enter") finish();
        }}
        className={cx(CONTROL, "h-7", fault !== undefined && "border-bad")}
      />
      {fault !== undefined && (
        <p id={id} role="alert" className="text-xs text-bad">
          {fault}
        </p>
      )}
      {/* A screen reader hears only of what changes in a place that was there before. */}
      {noteOf !== undefined && (
        <p role="status" id={fault === undefined ? id : undefined} className="text-xs text-warn empty:hidden">
          {note}
        </p>
      )}
    </div>
  );
}
