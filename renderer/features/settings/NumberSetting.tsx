import { Minus, Plus } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
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

/**
 * A whole number with buttons for less and more. What is typed counts when it is complete, by Enter or by going on: on
 * the way to 20000 lie 2 and 20, and a scrollback of 2 lines throws away what a shell shows. What is no number within
 * the bounds is said in place and not kept.
 */
export function NumberSetting({ label, value, min, max, step, onChange }: NumberSettingProps) {
  const id = useId();
  /** What was typed and is not kept yet. */
  const [draft, setDraft] = useState<string>();
  /** A number that is too small may only be unfinished, until it was to be kept. */
  const [isTried, setTried] = useState(false);
  const numberOf = (text: string): number | undefined => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
  const mayGrow = (text: string): boolean => /^\d{0,9}$/.test(text.trim()) && Number(text) < min;
  const isBad = draft !== undefined && numberOf(draft) === undefined && (isTried || !mayGrow(draft));
  const take = (number: number): void => {
    setDraft(undefined);
    setTried(false);
    if (number !== value) onChange(number);
  };
  const keep = (): void => {
    if (draft === undefined) return;
    const number = numberOf(draft);
    if (number === undefined) setTried(true);
    else take(number);
  };
  const stepBy = (by: number): void =>
    take(Math.min(max, Math.max(min, (draft === undefined ? value : (numberOf(draft) ?? value)) + by)));
  const unfinished = useRef<() => void>(undefined);
  useEffect(() => {
    unfinished.current = keep;
  });
  useEffect(() => () => unfinished.current?.(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowUp") stepBy(step);
    else if (event.key === "ArrowDown") stepBy(-step);
    else if (event.key === "Enter") keep();
    else if (event.key === "Escape" && draft !== undefined) setDraft(undefined);
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
          onChange={(event) => {
            setTried(false);
            setDraft(event.target.value);
          }}
          onBlur={keep}
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
