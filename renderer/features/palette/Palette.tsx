import { Dialog } from "@base-ui/react/dialog";
import { useRef, useState } from "react";
import { useCommandContext } from "../../commands/context.ts";
import { strings } from "../../strings.ts";
import { latePart } from "../../ui/late-part.tsx";
import type { FinderProps } from "./Finder.tsx";
import { openItem } from "./open-item.ts";
import type { PaletteItem } from "./palette-items.ts";
import { leavePalette, type PaletteMode, usePalette } from "./palette-store.ts";
import { WaitingFinder } from "./WaitingFinder.tsx";

/** What finds and sorts is loaded late; until then a field alone has the keys: none goes to a shell, and none is lost. */
const Finder = latePart(async () => (await import("../late.ts")).Finder, WaitingFinder);

/** The command palette and quick open: one field, what it finds below, and the focus back where it was afterwards. */
export function Palette() {
  const mode = usePalette((state) => state.mode);
  return mode === null ? null : <OpenPalette mode={mode} />;
}

function OpenPalette({ mode }: { mode: PaletteMode }) {
  const context = useCommandContext();
  const field = useRef<HTMLInputElement>(null);
  const open = (item: PaletteItem, inSplit: boolean): void => {
    leavePalette();
    openItem(context, item, inSplit);
  };
  return (
    <Dialog.Root open onOpenChange={(next) => !next && leavePalette()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-shade" />
        <Dialog.Popup
          initialFocus={field}
          finalFocus={false}
          className="float fixed top-[12vh] left-1/2 z-40 flex max-h-[70vh] w-[calc(100vw-32px)] max-w-2xl -translate-x-1/2 flex-col overflow-hidden rounded-lg"
        >
          <Dialog.Title className="sr-only">{strings.palette.titles[mode]}</Dialog.Title>
          <FindIn key={mode} mode={mode} context={context} field={field} onOpen={open} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Holds what is typed, for one mode. */
function FindIn(props: Omit<FinderProps, "query" | "onQuery">) {
  const [query, setQuery] = useState("");
  return <Finder {...props} query={query} onQuery={setQuery} />;
}
