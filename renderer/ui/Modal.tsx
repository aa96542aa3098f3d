import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { strings } from "../strings.ts";
import { cx } from "./class-names.ts";
import { IconButton } from "./IconButton.tsx";

const WIDTHS = { narrow: "max-w-md", medium: "max-w-xl", wide: "max-w-4xl" } as const;

/** Head and foot would leave no height for what is between them: all of it scrolls. */
export const SHORT_POPUP = "short:overflow-y-auto short:*:flex-none";

interface ModalProps {
  open: boolean;
  onClose(): void;
  title: string;
  description?: string | undefined;
  width?: keyof typeof WIDTHS;
  initialFocus?: RefObject<HTMLElement | null>;
  /** Fills the height it may take, for dialogs with panes of their own. */
  tall?: boolean;
  children: ReactNode;
}

/** A dialog over the window: titled, closed with Esc, the cross or a click beside it. */
export function Modal({
  open,
  onClose,
  title,
  description,
  width = "medium",
  initialFocus,
  tall,
  children,
}: ModalProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-shade transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          {...(initialFocus === undefined ? {} : { initialFocus })}
          className={cx(
            "float fixed top-1/2 left-1/2 z-40 flex max-h-[92vh] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 flex-col overflow-hidden rounded-lg",
            SHORT_POPUP,
            WIDTHS[width],
            tall === true && "h-[640px] short:h-auto",
          )}
        >
          <div className="flex shrink-0 items-start gap-3 border-b border-line py-3 pr-3 pl-5">
            <div className="min-w-0 flex-1 pt-0.5">
              <Dialog.Title className="text-base font-semibold">{title}</Dialog.Title>
              {description !== undefined && (
                <Dialog.Description className="text-text-2">{description}</Dialog.Description>
              )}
            </div>
            <Dialog.Close
              render={
                <IconButton label={strings.common.close}>
                  <X className="size-4" />
                </IconButton>
              }
            />
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The scrolling middle of a Modal. */
export function ModalBody({ children }: { children: ReactNode }) {
  return <div className="scroll-quiet flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">{children}</div>;
}

/** The buttons of a Modal, the main one last. */
export function ModalActions({ children }: { children: ReactNode }) {
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
      {children}
    </div>
  );
}
