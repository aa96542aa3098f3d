import { Minus, Plus } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";

interface NumberSettingProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange(value: number): void;
}

/** A whole number with buttons for less and more. What is no number within the bounds is said in place and not kept. */
export function NumberSetting({ label, value, min, max, step, onChange }: NumberSettingProps) {
  const id = useId();
  /** What was typed and is not, or not yet, a good value. */
  const [draft, setDraft] = useState<string>();
  const isBad = draft !== undefined;
  const take = (text: string): void => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
    const isGood = number >= min && number <= max;
    setDraft(isGood ? undefined : text);
    if (isGood && number !== value) onChange(number);
  };
  const stepBy = (by: number): void => take(String(Math.min(max, Math.max(min, value + by))));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowUp") stepBy(step);
    else if (event.key === "ArrowDown") stepBy(-step);
    else if (event.key === "Escape" && isBad) setDraft(undefined);
    else return;
    event.preventDefault();
  };
  const button =
    "flex size-7 items-center justify-center text-text-2 hover:bg-hover hover:text-text disabled:opacity-40";
  return (
    <div className="flex flex-col items-end gap-1">
      <div
        className={cx(
          "flex items-center overflow-hidden rounded-md border bg-canvas",
          isBad ? "border-bad" : "border-field-line",
        )}
      >
        <button
          type="button"
          aria-label={strings.settings.less(label)}
          disabled={value <= min}
          onClick={() => stepBy(-step)}
          className={`${button} focus-inset`}
        >
          <Minus className="size-3.5" />
        </button>
        <input
          type="text"
          inputMode="numeric"
          autoComplete="off"
          aria-label={label}
          aria-invalid={isBad}
          aria-describedby={isBad ? id : undefined}
          value={draft ?? String(value)}
          onChange={(event) => take(event.target.value)}
          onKeyDown={onKeyDown}
          className="focus-inset h-7 w-16 border-x border-line bg-transparent text-center tabular-nums"
        />
        <button
          type="button"
          aria-label={strings.settings.more(label)}
          disabled={value >= max}
          onClick={() => stepBy(step)}
          className={`${button} focus-inset`}
        >
          <Plus className="size-3.5" />
        </button>
      </div>
      {isBad && (
        <p id={id} role="alert" className="text-xs text-bad">
          {strings.settings.outOfRange(min, max)}
        </p>
      )}
    </div>
  );
}
