import { NumberField } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import { strings } from "../../strings.ts";

/** A whole number with buttons for less and more. */
export function NumberSetting({
  label,
  value,
  min,
  max,
  step,
  onChange,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange(value: number): void;
}) {
  const button = "flex size-7 items-center justify-center text-text-2 hover:bg-hover hover:text-text";
  return (
    <NumberField.Root
      value={value}
      min={min}
      max={max}
      step={step}
      onValueChange={(next) => {
        if (next !== null) onChange(Math.round(next));
      }}
    >
      <NumberField.Group className="flex items-center overflow-hidden rounded-md border border-field-line bg-canvas">
        <NumberField.Decrement aria-label={strings.settings.less(label)} className={button}>
          <Minus className="size-3.5" />
        </NumberField.Decrement>
        <NumberField.Input
          aria-label={label}
          className="focus-inset h-7 w-16 border-x border-line bg-transparent text-center tabular-nums"
        />
        <NumberField.Increment aria-label={strings.settings.more(label)} className={button}>
          <Plus className="size-3.5" />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
