import { Field } from "@base-ui/react/field";
import { type ComponentProps, useId } from "react";
import { cx } from "./class-names.ts";

interface TextFieldProps extends Omit<ComponentProps<typeof Field.Control>, "onChange" | "size"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  mono?: boolean;
  onText(value: string): void;
  wrapperClassName?: string;
}

export const CONTROL =
  "w-full rounded-md border border-field-line bg-canvas px-2 text-text placeholder:text-text-3 focus:outline-2 focus:-outline-offset-1 focus:outline-focus data-invalid:border-bad";

/** A labelled line of text with its hint and its error. */
export function TextField({ label, hint, error, mono, onText, wrapperClassName, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Field.Root invalid={error !== undefined} className={cx("flex min-w-0 flex-col gap-1", wrapperClassName)}>
      <Field.Label className="font-medium">{label}</Field.Label>
      <Field.Control
        id={id}
        autoComplete="off"
        spellCheck={false}
        {...rest}
        onValueChange={(value) => onText(value)}
        className={cx(CONTROL, "h-7", mono === true && "font-mono text-xs")}
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
