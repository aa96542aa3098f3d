import { Select } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";

interface PickOption<T extends string> {
  value: T;
  label: string;
}

/** One of many: a drop-down list. */
export function Pick<T extends string>({
  label,
  value,
  options,
  onPick,
}: {
  label: string;
  value: T;
  options: readonly PickOption<T>[];
  onPick(value: NoInfer<T>): void;
}) {
  return (
    <Select.Root
      items={options}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onPick(next);
      }}
    >
      <Select.Trigger
        aria-label={label}
        className="flex h-7 min-w-0 items-center gap-2 rounded-md border border-field-line bg-canvas pr-1 pl-2 hover:bg-hover data-popup-open:bg-hover"
      >
        <Select.Value className="min-w-0 flex-1 truncate text-left" />
        <Select.Icon>
          <ChevronsUpDown className="size-3 text-text-3" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Select.Popup className="float scroll-quiet max-h-80 min-w-[var(--anchor-width)] overflow-y-auto p-1">
            {options.map((option) => (
              <Select.Item
                key={option.value}
                value={option.value}
                className="flex h-7 items-center gap-2 rounded-sm px-2 outline-none data-highlighted:bg-hover"
              >
                <Check className="size-3 opacity-0 in-data-selected:opacity-100" aria-hidden="true" />
                <Select.ItemText>{option.label}</Select.ItemText>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
