import { AlertDialog } from "@base-ui/react/alert-dialog";
import { TriangleAlert } from "lucide-react";
import { type FormEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import type { ErrorInfo } from "../../shared/errors.ts";
import { strings } from "../strings.ts";
import { Button } from "./Button.tsx";
import { ErrorNote } from "./ErrorNote.tsx";
import { SHORT_POPUP } from "./Modal.tsx";
import { TextField } from "./TextField.tsx";

interface Wait {
  text: string;
  hint: string;
  endLabel: string;
  isEnding: boolean;
  onEnd(): void;
}

interface ConfirmProps {
  open: boolean;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  busy?: boolean;
  /** What is asked cannot be done as it stands. */
  disabled?: boolean;
  /** What is asked was meant by most, and can be had again: Enter says yes, Escape no. */
  enterConfirms?: boolean;
  /** The name of what is lost, which a person types before it can be. */
  typed?: string;
  error?: ErrorInfo | null;
  /** What takes its time once it was confirmed. It cannot be undone, but the waiting for it can be ended. */
  wait?: Wait;
  onConfirm(): void;
  onCancel(): void;
}

/** Asks before something is lost. Cancel has the focus, so that Enter by habit changes nothing. */
export function Confirm({ open, onCancel, ...rest }: ConfirmProps) {
  const first = useRef<HTMLButtonElement>(null);
  const isBound = rest.busy === true && rest.wait !== undefined;
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && !isBound && onCancel()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop
          forceRender
          className="fixed inset-0 z-50 bg-shade transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0"
        />
        <AlertDialog.Popup
          initialFocus={first}
          className={`float fixed top-1/2 left-1/2 z-50 flex max-h-[92vh] w-[calc(100vw-32px)] max-w-xl -translate-x-1/2 -translate-y-1/2 flex-col overflow-hidden rounded-lg ${SHORT_POPUP}`}
        >
          <Question {...rest} onCancel={onCancel} first={first} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Mounted with the dialog, so that nothing that was typed outlives it. */
function Question({
  title,
  children,
  confirmLabel,
  busy,
  disabled,
  typed,
  error,
  wait,
  enterConfirms = false,
  first,
  onConfirm,
  onCancel,
}: Omit<ConfirmProps, "open"> & { first: RefObject<HTMLButtonElement | null> }) {
  const [name, setName] = useState("");
  const mayConfirm = disabled !== true && (typed === undefined || name.trim() === typed);
  const waiting = busy === true ? wait : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mayConfirm && busy !== true) onConfirm();
  };
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <div className="scroll-quiet flex gap-3 overflow-y-auto px-5 py-4">
        <TriangleAlert className="mt-0.5 size-5 shrink-0 text-warn" aria-hidden="true" />
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          <AlertDialog.Title className="text-base font-semibold break-words">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="flex flex-col gap-3 text-text-2">
            {children}
          </AlertDialog.Description>
          {typed !== undefined && (
            <TextField label={strings.common.typeName(typed)} value={name} onText={setName} mono />
          )}
          {wait !== undefined && (
            <div role="status" className="empty:-mt-3">
              {waiting !== undefined && <Waiting wait={waiting} />}
            </div>
          )}
          {error != null && <ErrorNote error={error} />}
        </div>
      </div>
      <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
        {waiting === undefined ? (
          <Button ref={enterConfirms ? undefined : first} onClick={onCancel}>
            {strings.common.cancel}
          </Button>
        ) : (
          <Button busy={waiting.isEnding} onClick={waiting.onEnd}>
            {waiting.endLabel}
          </Button>
        )}
        <Button
          ref={enterConfirms ? first : undefined}
          type="submit"
          look="danger"
          busy={busy === true}
          disabled={!mayConfirm}
        >
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}

function Waiting({ wait }: { wait: Wait }) {
  return (
    <>
      <p className="font-medium">{wait.text}</p>
      <p className="text-text-2">{wait.hint}</p>
    </>
  );
}
