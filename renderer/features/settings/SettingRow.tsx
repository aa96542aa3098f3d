import { RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Settings } from "../../../shared/settings.ts";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Highlight } from "../../ui/Highlight.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { isChanged, usualOf } from "./preferences.ts";
import { isFound, useSearchTerms } from "./search.ts";

interface SettingRowProps {
  label: string;
  hint?: string;
  /** The settings that this row changes: with them it has a reset while one of them is not as usual. */
  of?: readonly (keyof Settings)[];
  /** More words under which a search finds it, for example the names of its choices. */
  words?: readonly string[];
  children: ReactNode;
}

/** What a row can be set with: of alternatives the one that is taken. */
const CONTROL = 'input[type="text"], [role="switch"], [role="radio"][aria-checked="true"]';

/** A setting: what it is at the left, its control at the right. Hides itself from a search that does not mean it. */
export function SettingRow({ label, hint, of = [], words = [], children }: SettingRowProps) {
  const settings = useSettings();
  const change = useChangeSettings();
  const terms = useSearchTerms();
  const changed = isChanged(settings, of);
  const row = useRef<HTMLDivElement>(null);
  const isReset = useRef(false);
  // The button goes with what it has put back, and would take the focus with it.
  useEffect(() => {
    if (changed || !isReset.current) return;
    isReset.current = false;
    // The row may hear of the settings before what is in it.
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>(CONTROL)?.focus());
  }, [changed]);
  if (!isFound(terms, [label, hint, ...words])) return null;
  const reset = (): void => {
    isReset.current = true;
    change.mutate(usualOf(of));
  };
  return (
    <div
      ref={row}
      data-setting={label}
      className="flex min-h-12 flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:pt-0 last:border-b-0"
    >
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">
          <Highlight text={label} terms={terms} />
        </p>
        {hint !== undefined && (
          <p className="text-text-3">
            <Highlight text={hint} terms={terms} />
          </p>
        )}
      </div>
      <div className="flex min-w-0 items-center gap-1">
        {changed && (
          <IconButton label={strings.settings.reset(label)} onClick={reset}>
            <RotateCcw className="size-3.5" />
          </IconButton>
        )}
        {children}
      </div>
    </div>
  );
}

/** A part of a section that is no row, found as a whole by its words. */
export function SettingBlock({
  label,
  words = [],
  children,
}: {
  label: string;
  words?: readonly string[];
  children: ReactNode;
}) {
  const terms = useSearchTerms();
  if (!isFound(terms, [label, ...words])) return null;
  return (
    <div data-setting={label} className="flex flex-col gap-3 not-first:pt-6">
      {children}
    </div>
  );
}
