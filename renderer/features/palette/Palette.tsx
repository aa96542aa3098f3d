import { Dialog } from "@base-ui/react/dialog";
import { useRef } from "react";
import { useCommandContext } from "../../commands/context.ts";
import { strings } from "../../strings.ts";
import { latePart } from "../../ui/late-part.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { openItem } from "./open-item.ts";
import type { PaletteItem } from "./palette-items.ts";
import { leavePalette, type PaletteMode, usePalette } from "./palette-store.ts";

/** What finds and sorts is loaded late; until then the open dialog has the keys, so that none of them goes to a shell. */
const Finder = latePart(async () => (await import("../late.ts")).Finder, Skeleton);

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
          <Finder key={mode} mode={mode} context={context} field={field} onOpen={open} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
