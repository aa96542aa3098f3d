import { Plus, Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { ConfigFormField } from "./ConfigFormField.tsx";
import { sectionsOf, withInterface, withoutLine, withoutSection, withPeer, withValue } from "./config-model.ts";

const s = strings.config;

interface ConfigFormProps {
  readonly text: string;
  /** What is wrong, by line. */
  readonly faults: ReadonlyMap<number, string>;
  /** The placeholders that stand for a key. */
  readonly kept: ReadonlySet<string>;
  /** The private key that the configuration had, as a placeholder. */
  readonly ownKey: string;
  onText(text: string): void;
}

/** A configuration's text as fields: one for each line that has a meaning here, and an empty one for each that could. */
export function ConfigForm({ text, faults, kept, ownKey, onText }: ConfigFormProps) {
  const sections = sectionsOf(text);
  const form = useRef<HTMLDivElement>(null);
  const addPeer = useRef<HTMLButtonElement>(null);
  /** Where the focus goes with the next text; to the last button where nothing is there. */
  const next = useRef("");
  const changeAndGoTo = (changed: string, selector: string): void => {
    next.current = selector;
    onText(changed);
  };
  // Once what was added is there, and what was removed, with the focus in it, is not.
  useEffect(() => {
    if (next.current === "") return;
    const target = form.current?.querySelector<HTMLElement>(next.current) ?? addPeer.current;
    next.current = "";
    target?.focus();
    target?.scrollIntoView({ block: "nearest" });
  });
  const peers = sections.filter(({ kind }) => kind === "peer");
  return (
    <div ref={form} className="flex flex-col gap-4">
      {!sections.some(({ kind }) => kind === "interface") && (
        <div>
          <Button
            icon={<Plus className="size-3.5" />}
            onClick={() => changeAndGoTo(withInterface(text, ownKey), "[data-section='0']")}
          >
            {s.addInterface}
          </Button>
        </div>
      )}
      {sections.map(({ kind, section, line, fields, others }) => {
        const number = peers.findIndex((peer) => peer.section === section) + 1;
        const title = kind === "peer" ? s.peer(number) : s.interface;
        return (
          <section
            key={section}
            data-section={section}
            tabIndex={-1}
            aria-label={title}
            className="flex flex-col gap-3 rounded-md border border-line p-4"
          >
            <header className="flex min-h-6 items-center gap-2">
              <h3 className="flex-1 font-semibold">{title}</h3>
              {kind === "peer" && (
                <IconButton
                  label={s.removePeer(number)}
                  onClick={() => changeAndGoTo(withoutSection(text, section), `[data-section='${section}']`)}
                  small
                >
                  <Trash2 className="size-3.5" />
                </IconButton>
              )}
            </header>
            {faults.has(line) && <p className="text-xs text-bad">{faults.get(line)}</p>}
            <div className="grid items-start gap-3 sm:grid-cols-2">
              {fields.map((field) => (
                <ConfigFormField
                  key={`${field.key} ${field.ordinal}`}
                  field={field}
                  kept={kept}
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
        <Button
          ref={addPeer}
          icon={<Plus className="size-3.5" />}
          onClick={() => changeAndGoTo(withPeer(text), "[data-section]:last-of-type [data-key='PublicKey']")}
        >
          {s.addPeer}
        </Button>
      </div>
    </div>
  );
}
