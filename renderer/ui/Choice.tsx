import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";

interface ChoiceOption<T extends string> {
  value: T;
  label: string;
}

/** A few alternatives side by side, one of them taken. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: T;
  options: readonly ChoiceOption<NoInfer<T>>[];
  onChoose(value: NoInfer<T>): void;
}) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChoose(next)}
      className="inline-flex rounded-md border border-line-strong bg-canvas p-px"
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          className="flex h-6 items-center rounded-sm px-3 whitespace-nowrap text-text-2 hover:text-text data-checked:bg-pressed data-checked:font-medium data-checked:text-text forced-colors:data-checked:underline"
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
