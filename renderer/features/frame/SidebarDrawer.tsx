import { Dialog } from "@base-ui/react/dialog";
import { type ComponentType, useRef } from "react";
import { setDrawerOpen, useWindow } from "../../state/window-store.ts";

/** The sidebar of a narrow window: it lies over the view until something is chosen. Its filter, if it has one, takes the focus. */
export function SidebarDrawer({ Sidebar, label }: { Sidebar: ComponentType; label: string }) {
  const open = useWindow((state) => state.drawerOpen);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={setDrawerOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 top-9 bottom-7 left-12 z-20 bg-shade transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          ref={popup}
          aria-label={label}
          initialFocus={() => popup.current?.querySelector("input") ?? true}
          data-commands=""
          className="fixed top-9 bottom-7 left-12 z-20 w-[min(320px,calc(100vw-48px))] border-r border-line-strong overflow-hidden bg-chrome outline-none"
        >
          <Sidebar />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
