import { Field } from "@base-ui/react/field";
import { type ComponentProps, useId } from "react";
import { cx } from "./class-names.ts";
import { CONTROL } from "./TextField.tsx";

interface TextAreaProps extends Omit<ComponentProps<"textarea">, "onChange"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  onText(value: string): void;
}

/** A labelled text of several lines, for keys and tokens. */
export function TextArea({ label, hint, error, onText, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <Field.Root invalid={error !== undefined} className="flex min-w-0 flex-col gap-1">
      <Field.Label className="font-medium">{label}</Field.Label>
      <Field.Control
        id={id}
        render={
          <textarea
            autoComplete="off"
            spellCheck={false}
            {...rest}
            onChange={(event) => onText(event.target.value)}
            className={cx(CONTROL, "scroll-quiet resize-none py-1 font-mono text-xs")}
          />
        }
      />
      {hint !== undefined && error === undefined && (
        <Field.Description className="text-xs text-text-3">{hint}</Field.Description>
      )}
      <Field.Error match={error !== undefined} className="text-xs text-bad">
        {error}
      </Field.Error>
    </Field.Root>
  );
}
