import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { ConfigField } from "./config-model.ts";

const s = strings.config;

interface FieldProps {
  readonly field: ConfigField;
  readonly kept: ReadonlySet<string>;
  readonly fault: string | undefined;
  onValue(value: string): void;
  onRemove(): void;
}

/** A field of a configuration: plain, or a key that is not shown. */
export function ConfigFormField(props: FieldProps) {
  return props.field.isSecret ? <SecretField {...props} /> : <PlainField {...props} />;
}

function PlainField({ field, fault, onValue, onRemove }: FieldProps) {
  // As typed: the text keeps no space at the end, which a person types between two addresses.
  const [typed, setTyped] = useState("");
  return (
    <div className="flex min-w-0 items-start gap-1">
      <TextField
        data-key={field.key}
        label={field.ordinal === 0 ? field.key : s.ordinal(field.key, field.ordinal + 1)}
        value={typed.trim() === field.value ? typed : field.value}
        onText={(next) => {
          setTyped(next);
          onValue(next);
        }}
        {...saidOf(field, fault)}
        mono
        wrapperClassName="flex-1"
      />
      {field.isOneOfSeveral && (
        <BesideField>
          <IconButton label={s.removeLine(field.key)} onClick={onRemove}>
            <X className="size-3.5" />
          </IconButton>
        </BesideField>
      )}
    </div>
  );
}

/** At the height of the field's line, whatever stands below it. */
function BesideField({ children }: { children: ReactNode }) {
  return (
    <span className="flex flex-col gap-1">
      <span aria-hidden="true" className="font-medium">
        {"\u00A0"}
      </span>
      {children}
    </span>
  );
}

/** Where a key is still to be typed, that is no mistake yet. */
function saidOf({ key, value, line }: ConfigField, fault: string | undefined): { hint?: string; error?: string } {
  if (line !== null && value === "" && key === "PublicKey") return { hint: s.givePublicKey };
  if (line !== null && value === "" && key === "PrivateKey") return { hint: s.givePrivateKey };
  return fault === undefined ? {} : { error: fault };
}

/** A key that is kept is named, not shown; one that is typed takes its place, and until it is saved the old one can come back. */
function SecretField({ field, kept, fault, onValue }: FieldProps) {
  const [old, setOld] = useState<string>();
  const isKept = kept.has(field.value);
  if (isKept && old === undefined) {
    return (
      <div className="flex min-w-0 flex-col gap-1">
        <span className="font-medium">{field.key}</span>
        <span className="flex flex-wrap items-center gap-2">
          <span className="flex-1 text-text-2">{s.kept}</span>
          <Button aria-label={s.replace(field.key)} onClick={() => setOld(field.value)}>
            {s.replaceShort}
          </Button>
          {field.key === "PresharedKey" && (
            <IconButton label={s.remove(field.key)} onClick={() => onValue("")}>
              <X className="size-3.5" />
            </IconButton>
          )}
        </span>
        {fault !== undefined && <span className="text-xs text-bad">{fault}</span>}
      </div>
    );
  }
  return (
    <div className="flex min-w-0 items-start gap-1">
      <NewKey
        field={field}
        value={isKept ? "" : field.value}
        fault={isKept ? undefined : fault}
        isAsked={old !== undefined}
        onText={(next) => onValue(next.trim() === "" ? (old ?? "") : next)}
      />
      {old !== undefined && (
        <BesideField>
          <IconButton
            label={s.keepOld(field.key)}
            onClick={() => {
              onValue(old);
              setOld(undefined);
            }}
          >
            <X className="size-3.5" />
          </IconButton>
        </BesideField>
      )}
    </div>
  );
}

function NewKey({
  field,
  value,
  fault,
  isAsked,
  onText,
}: {
  field: ConfigField;
  value: string;
  fault: string | undefined;
  isAsked: boolean;
  onText(text: string): void;
}) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isAsked) input.current?.focus();
  }, [isAsked]);
  return (
    <TextField
      ref={input}
      label={field.key}
      placeholder={s.newKey}
      value={value}
      onText={onText}
      {...saidOf(field, fault)}
      mono
      wrapperClassName="flex-1"
    />
  );
}
