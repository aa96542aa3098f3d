import { Tabs } from "@base-ui/react/tabs";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useChangeSettings, useSettings } from "../../state/queries.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { showSettings, useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { SearchField } from "../../ui/SearchField.tsx";
import { ENTRY_ID, useEntryFocus, useFocusAfterPart } from "../frame/view-focus.ts";
import { isChanged, PREFERENCES, usualOf } from "./preferences.ts";
import { SearchTerms, termsOfSearch } from "./search.ts";
import { SECTIONS } from "./sections.ts";

/** The settings: a section at a time, or whatever a search finds in all of them. */
export function SettingsView() {
  const section = useWindow((state) => state.settingsSection);
  const [search, setSearch] = useState("");
  useEntryFocus();
  const terms = termsOfSearch(search);
  const choose = (value: unknown): void => {
    const next = SECTIONS.find((one) => one.id === value);
    if (next === undefined) return;
    setSearch("");
    showSettings(next.id);
  };
  return (
    <Tabs.Root
      orientation="vertical"
      value={terms.length === 0 ? section : null}
      onValueChange={choose}
      data-region="settings"
      className="flex h-full min-h-0 flex-col"
    >
      <header className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-5 py-2">
        <h2 className="mr-2 text-base font-semibold">{strings.settings.title}</h2>
        <SearchField
          id={ENTRY_ID}
          label={strings.settings.search}
          value={search}
          onText={setSearch}
          className="min-w-40 flex-1 sm:max-w-96"
        />
        <span className="flex-1 max-sm:hidden" />
        <ResetAll />
      </header>
      <Unsaved />
      <div className="flex min-h-0 flex-1 flex-col sm:flex-row">
        <Tabs.List
          aria-label={strings.settings.sections}
          activateOnFocus
          className="scroll-quiet flex shrink-0 gap-1 overflow-x-auto border-b border-line p-2 sm:w-44 sm:flex-col sm:overflow-x-visible sm:border-r sm:border-b-0"
        >
          {SECTIONS.map(({ id, icon: Icon }) => (
            <Tabs.Tab
              key={id}
              value={id}
              className="flex h-7 shrink-0 items-center gap-2 rounded-md px-2 text-text-2 hover:bg-hover data-active:bg-pressed data-active:font-medium data-active:text-text"
            >
              <Icon className="size-4" aria-hidden="true" />
              {strings.settings.sectionNames[id]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {terms.length === 0 ? (
          SECTIONS.map(({ id, Pane }) => (
            <Tabs.Panel
              key={id}
              value={id}
              className="scroll-quiet focus-inset @container min-h-0 min-w-0 flex-1 overflow-y-auto px-5 py-4"
            >
              <div className="mx-auto w-full max-w-3xl">
                <h3 className="sr-only">{strings.settings.sectionNames[id]}</h3>
                <Pane />
              </div>
            </Tabs.Panel>
          ))
        ) : (
          <SearchTerms value={terms}>
            <Found />
          </SearchTerms>
        )}
      </div>
    </Tabs.Root>
  );
}

/** All sections, of which only what the search finds shows itself: a section with nothing found takes itself away. */
function Found() {
  return (
    <section
      aria-label={strings.settings.found}
      className="group/found scroll-quiet @container min-h-0 min-w-0 flex-1 overflow-y-auto px-5 py-4"
    >
      <div className="mx-auto flex w-full max-w-3xl flex-col gap-6">
        {SECTIONS.map(({ id, Pane }) => (
          <section
            key={id}
            aria-label={strings.settings.sectionNames[id]}
            className="[&:not(:has([data-setting]))]:hidden"
          >
            <h3 className="pb-2 text-xs font-medium text-text-3">{strings.settings.sectionNames[id]}</h3>
            <Pane />
          </section>
        ))}
        <div className="group-has-[[data-setting]]/found:hidden">
          <EmptyState title={strings.settings.nothingFound} />
        </div>
      </div>
    </section>
  );
}

function Unsaved() {
  const error = useUnsaved((state) => state.error);
  if (error === null) return null;
  return (
    <div className="shrink-0 px-5 pt-3">
      <ErrorNote error={error}>
        <p>{strings.settings.notSaved}</p>
      </ErrorNote>
    </div>
  );
}

function ResetAll() {
  const settings = useSettings();
  const change = useChangeSettings();
  const [asking, setAsking] = useState(false);
  const isOffered = isChanged(settings, PREFERENCES);
  useFocusAfterPart(isOffered);
  if (!isOffered) return null;
  return (
    <>
      <Button look="quiet" icon={<RotateCcw className="size-3.5" />} onClick={() => setAsking(true)}>
        {strings.settings.resetAll}
      </Button>
      <Confirm
        open={asking}
        title={strings.settings.resetAllTitle}
        confirmLabel={strings.settings.resetAllConfirm}
        onConfirm={() => {
          change.mutate(usualOf(PREFERENCES));
          setAsking(false);
        }}
        onCancel={() => setAsking(false)}
      >
        <p>{strings.settings.resetAllText}</p>
      </Confirm>
    </>
  );
}
