import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search } from "lucide-react";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CommandContext } from "../../commands/context.ts";
import { useSettings } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { FinderFoot } from "./FinderFoot.tsx";
import { FIELD, FIELD_ROW } from "./finder-parts.ts";
import { PaletteRow } from "./PaletteRow.tsx";
import type { PaletteItem } from "./palette-items.ts";
import type { PaletteMode } from "./palette-store.ts";
import type { Hit, Section } from "./search.ts";
import { findableNow, sectionsFor } from "./sections.ts";
import { usePlaces } from "./use-places.ts";

export interface FinderProps {
  mode: PaletteMode;
  context: CommandContext;
  query: string;
  onQuery(query: string): void;
  field: RefObject<HTMLInputElement | null>;
  onOpen(item: PaletteItem, inSplit: boolean): void;
}

/** The field and the list. Enter opens what is highlighted, with Ctrl or ⌘ in a split. */
export function Finder({ mode, context, query, onQuery, field, onOpen }: FinderProps) {
  const s = strings.palette;
  const [findable] = useState(() => findableNow(context));
  const places = usePlaces();
  const { recent } = useSettings();
  const sections = useMemo(
    () =>
      sectionsFor(
        mode,
        query,
        findable,
        places,
        recent.map(({ app }) => app),
      ),
    [mode, query, findable, places, recent],
  );
  const highlighted = useRef<Hit>(undefined);
  // The dialog gives the focus when it opens, which may be before this is loaded: one goes on behind what was typed then.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [field]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (highlighted.current !== undefined) onOpen(highlighted.current.item, true);
  };
  const count = sections.reduce((sum, { items }) => sum + items.length, 0);
  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      autoHighlight="always"
      items={sections}
      value={query}
      onValueChange={onQuery}
      onItemHighlighted={(hit: Hit | undefined) => {
        highlighted.current = hit;
      }}
      itemToStringValue={(hit: Hit) => hit.item.title}
    >
      <div className={FIELD_ROW}>
        <Search className="size-4 shrink-0 text-text-3" />
        <Autocomplete.Input
          ref={field}
          aria-label={s.titles[mode]}
          placeholder={s.placeholders[mode]}
          autoComplete="off"
          spellCheck={false}
          onKeyDown={onKeyDown}
          className={FIELD}
        />
      </div>
      <Autocomplete.Status className="sr-only">{s.results(count)}</Autocomplete.Status>
      {count === 0 && <Nothing query={query} loading={places.loading} mode={mode} />}
      <Autocomplete.List
        aria-label={s.titles[mode]}
        className="scroll-quiet min-h-0 overflow-y-auto scroll-py-7 px-1 data-empty:hidden"
      >
        {(section: Section) => <SectionRows key={section.heading} section={section} onOpen={onOpen} />}
      </Autocomplete.List>
      <FinderFoot mode={mode} />
    </Autocomplete.Root>
  );
}

function SectionRows({ section, onOpen }: { section: Section; onOpen: FinderProps["onOpen"] }) {
  return (
    <Autocomplete.Group items={section.items} className="pb-1">
      <Autocomplete.GroupLabel className="sticky top-0 bg-raised px-2 pt-2 pb-1 text-xs font-medium text-text-3">
        {section.heading}
      </Autocomplete.GroupLabel>
      <Autocomplete.Collection>
        {(hit: Hit) => <PaletteRow key={hit.item.key} hit={hit} onOpen={onOpen} />}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  );
}

function Nothing({ query, loading, mode }: { query: string; loading: boolean; mode: PaletteMode }) {
  const s = strings.palette;
  return (
    <div className="flex flex-col gap-1 px-4 py-6 text-center">
      <p className="font-medium wrap-anywhere">{query.trim() === "" ? s.empty : s.noMatch(query.trim())}</p>
      <p className="text-text-2">{loading ? s.stillLoading : s.advice[mode]}</p>
    </div>
  );
}
