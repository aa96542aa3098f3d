import { Plus, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { isKeptToken } from "../../../shared/config-lines.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { type ConfigField, sectionsOf, withoutLine, withoutSection, withPeer, withValue } from "./config-model.ts";

const s = strings.config;

interface ConfigFormProps {
  readonly text: string;
  /** What is wrong, by line. */
  readonly faults: ReadonlyMap<number, string>;
  onText(text: string): void;
}

/** A configuration's text as fields: one for each line that has a meaning here, and an empty one for each that could. */
export function ConfigForm({ text, faults, onText }: ConfigFormProps) {
  const sections = sectionsOf(text);
  const peers = sections.filter(({ kind }) => kind === "peer");
  return (
    <div className="flex flex-col gap-4">
      {sections.map(({ kind, section, line, fields, others }) => {
        const number = peers.findIndex((peer) => peer.section === section) + 1;
        const title = kind === "peer" ? s.peer(number) : s.interface;
        return (
          <section key={section} aria-label={title} className="flex flex-col gap-3 rounded-md border border-line p-4">
            <header className="flex min-h-6 items-center gap-2">
              <h3 className="flex-1 font-semibold">{title}</h3>
              {kind === "peer" && (
                <IconButton label={s.removePeer(number)} onClick={() => onText(withoutSection(text, section))} small>
                  <Trash2 className="size-3.5" />
                </IconButton>
              )}
            </header>
            {faults.has(line) && <p className="text-xs text-bad">{faults.get(line)}</p>}
            <div className="grid items-start gap-3 sm:grid-cols-2">
              {fields.map((field) => (
                <Field
                  key={`${field.key} ${field.ordinal}`}
                  field={field}
                  fault={field.line === null ? undefined : faults.get(field.line)}
                  onValue={(value) => onText(withValue(text, section, field, value))}
                  onRemove={() => field.line !== null && onText(withoutLine(text, field.line))}
                />
              ))}
            </div>
            {others.length > 0 && (
              <p className="text-xs text-text-3">
                {s.notApplied(others.map((other) => s.atLine(other.key, other.line)).join(", "))}
              </p>
            )}
          </section>
        );
      })}
      <div>
        <Button icon={<Plus className="size-3.5" />} onClick={() => onText(withPeer(text))}>
          {s.addPeer}
        </Button>
      </div>
    </div>
  );
}

interface FieldProps {
  readonly field: ConfigField;
  readonly fault: string | undefined;
  onValue(value: string): void;
  onRemove(): void;
}

function Field(props: FieldProps) {
  return props.field.isSecret ? <SecretField {...props} /> : <PlainField {...props} />;
}

function PlainField({ field, fault, onValue, onRemove }: FieldProps) {
  // As typed: the text keeps no space at the end, which a person types between two addresses.
  const [typed, setTyped] = useState("");
  return (
    <div className="flex min-w-0 items-end gap-1">
      <TextField
        label={field.ordinal === 0 ? field.key : s.ordinal(field.key, field.ordinal + 1)}
        value={typed.trim() === field.value ? typed : field.value}
        onText={(next) => {
          setTyped(next);
          onValue(next);
        }}
        error={fault}
        mono
        wrapperClassName="flex-1"
      />
      {field.isOneOfSeveral && (
        <IconButton label={s.removeLine(field.key)} onClick={onRemove}>
          <X className="size-3.5" />
        </IconButton>
      )}
    </div>
  );
}

/** A key that is kept is named, not shown; one that is typed takes its place, and until it is saved the old one can come back. */
function SecretField({ field, fault, onValue }: FieldProps) {
  const [old, setOld] = useState<string>();
  const isKept = isKeptToken(field.value);
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
    <div className="flex min-w-0 items-end gap-1">
      <NewKey
        field={field}
        value={isKept ? "" : field.value}
        fault={isKept ? undefined : fault}
        isAsked={old !== undefined}
        onText={(next) => onValue(next.trim() === "" ? (old ?? "") : next)}
      />
      {old !== undefined && (
        <IconButton
          label={s.keepOld(field.key)}
          onClick={() => {
            onValue(old);
            setOld(undefined);
          }}
        >
          <X className="size-3.5" />
        </IconButton>
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
      error={fault}
      mono
      wrapperClassName="flex-1"
    />
  );
}
