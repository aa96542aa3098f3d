import { Switch } from "@base-ui/react/switch";

export function Toggle({ label, checked, onToggle }: { label: string; checked: boolean; onToggle(on: boolean): void }) {
  return (
    <Switch.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={(next) => onToggle(next)}
      className="flex h-6 w-10 items-center rounded-full border border-field-line bg-canvas p-0.5 transition-colors duration-100 data-checked:border-accent data-checked:bg-accent"
    >
      <Switch.Thumb className="size-4 rounded-full bg-field-line transition-transform duration-100 data-checked:translate-x-4 rtl:data-checked:-translate-x-4 data-checked:bg-on-accent" />
    </Switch.Root>
  );
}
