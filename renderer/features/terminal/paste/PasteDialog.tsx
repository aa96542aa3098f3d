import { Dialog } from "@base-ui/react/dialog";
import { TriangleAlert } from "lucide-react";
import { useMemo, useRef } from "react";
import { strings } from "../../../strings.ts";
import { Button } from "../../../ui/Button.tsx";
import { cx } from "../../../ui/class-names.ts";
import { bytes as bytesText } from "../../../ui/format.ts";
import { Modal, ModalActions, ModalBody } from "../../../ui/Modal.tsx";
import { Scroll } from "../../../ui/Scroll.tsx";
import type { PasteQuestion } from "./judge-paste.ts";
import { asOneLine } from "./paste-text.ts";
import { previewOf } from "./preview-parts.ts";

interface PasteDialogProps {
  app: string;
  question: PasteQuestion;
  onPaste(text: string): void;
  onCancel(): void;
}

/** Shows what is about to be pasted, and into which app. In production Cancel has the focus, elsewhere Paste. */
export function PasteDialog({ app, question, onPaste, onCancel }: PasteDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  const paste = useRef<HTMLButtonElement>(null);
  const { parts, left, isCut } = useMemo(() => previewOf(question.text), [question.text]);
  const isProduction = question.reason === "production";
  const words = strings.paste;
  return (
    <Modal
      open
      onClose={onCancel}
      title={words.title(app)}
      description={words.size(question.lines, bytesText(question.bytes))}
      initialFocus={isProduction ? cancel : paste}
    >
      <ModalBody>
        <p className={cx("flex items-start gap-2", isProduction && "font-medium text-bad")}>
          {question.reason !== "always" && (
            <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
          )}
          {words.reasons[question.reason]}
        </p>
        <section aria-label={words.text}>
          <Scroll className="rounded-md border border-line bg-canvas" inner="h-auto! max-h-72!">
            <pre className="p-3 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              {parts.map(({ at, text, mark }) =>
                mark ? (
                  <mark key={at} className="rounded-sm bg-warn-soft px-0.5 text-warn">
                    {text}
                  </mark>
                ) : (
                  text
                ),
              )}
            </pre>
          </Scroll>
        </section>
        {(isCut || question.removed > 0) && (
          <p className="text-xs text-text-3">
            {[isCut ? words.more(left) : "", question.removed > 0 ? words.removed(question.removed) : ""]
              .filter(Boolean)
              .join(" ")}
          </p>
        )}
      </ModalBody>
      <ModalActions>
        <Dialog.Close render={<Button ref={cancel}>{strings.common.cancel}</Button>} />
        <span className="flex-1" />
        {question.lines > 1 && <Button onClick={() => onPaste(asOneLine(question.text))}>{words.asOneLine}</Button>}
        <Button ref={paste} look={isProduction ? "danger" : "primary"} onClick={() => onPaste(question.text)}>
          {words.paste}
        </Button>
      </ModalActions>
    </Modal>
  );
}
