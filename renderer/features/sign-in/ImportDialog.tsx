import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { type DragEvent, type FormEvent, useMemo, useRef, useState } from "react";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { LinkBanner } from "../status/LinkBanner.tsx";
import { ConfigEditor } from "./ConfigEditor.tsx";
import { ConfigGaps } from "./ConfigGaps.tsx";
import { ConfigSummary } from "./ConfigSummary.tsx";
import { previewConfig } from "./config-preview.ts";
import { FileButton } from "./FileButton.tsx";
import { ImportErrors } from "./ImportErrors.tsx";
import { readConfigFile } from "./read-file.ts";
import { useConfigCheck } from "./use-config-check.ts";

/** Imports a wg-quick file that is pasted, dropped or chosen; errors come back by line. */
export function ImportDialog({ text = "", label = "" }: { text?: string; label?: string }) {
  const form = useImport(text, label);
  const preview = useMemo(() => previewConfig(form.text), [form.text]);
  const check = useConfigCheck(form.text);
  const faults = form.error?.lines ?? (check.state === "done" ? check.faults : []);
  const faulty = new Set(faults.map(({ line }) => line));
  const isEmpty = form.text.trim() === "";
  // Where the host cannot say beforehand, the import itself will.
  const mayImport = !form.tooLong && (check.state === "failed" || (check.state === "done" && faulty.size === 0));
  return (
    <Modal
      open
      onClose={closeOverlay}
      title={strings.importConfig.title}
      description={strings.importConfig.description}
    >
      <form
        className="flex min-h-0 flex-col"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          void form.takeFile(event.dataTransfer.files[0]);
        }}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (mayImport) form.submit();
        }}
      >
        {/* The window's own is behind the dialog, out of reach. */}
        <LinkBanner />
        <ModalBody>
          <div className="flex items-end gap-3">
            <TextField
              label={strings.importConfig.label}
              placeholder={strings.importConfig.defaultLabel}
              value={form.label}
              onText={form.setLabel}
              maxLength={LIMITS.label}
              wrapperClassName="flex-1"
            />
            <FileButton onFile={(file) => void form.takeFile(file)} />
          </div>
          {form.isTaken && <p className="text-xs text-text-2">{strings.importConfig.labelTaken}</p>}
          <ConfigEditor text={form.text} faulty={faulty} onText={form.setText} />
          {form.tooLong && <p className="text-bad">{strings.importConfig.tooLong}</p>}
          {form.error !== null ? (
            <ImportErrors error={form.error} />
          ) : (
            faulty.size > 0 && (
              <ImportErrors
                error={{ code: "config-invalid", lines: [...faults] }}
                more={check.state === "done" ? check.more : undefined}
              />
            )
          )}
          {check.state === "done" && faulty.size === 0 && <ConfigGaps gaps={preview.gaps} />}
          {check.state === "done" && faulty.size === 0 && preview.gaps.length === 0 && (
            <p role="status" className="flex items-center gap-2 text-ok">
              <Check className="size-4" aria-hidden="true" />
              <span className="text-text">{strings.importConfig.isGood}</span>
            </p>
          )}
          {!isEmpty && <ConfigSummary preview={preview} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={form.busy} disabled={!mayImport}>
            {strings.importConfig.submit}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

interface ImportForm {
  readonly text: string;
  readonly label: string;
  readonly tooLong: boolean;
  /** Another network has this name; it may, but to tell them apart is easier with two. */
  readonly isTaken: boolean;
  readonly busy: boolean;
  readonly error: ErrorInfo | null;
  /** A change takes the errors away, which belong to the text before it. */
  setText(text: string): void;
  setLabel(label: string): void;
  takeFile(file: File | undefined): Promise<void>;
  submit(): void;
}

function useImport(firstText: string, firstLabel: string): ImportForm {
  const bridge = useBridge();
  const client = useQueryClient();
  const [text, setText] = useState(firstText);
  const [label, setLabel] = useState(firstLabel);
  const [tooLong, setTooLong] = useState(false);
  const name = visibleText(label).trim() || strings.importConfig.defaultLabel;
  const accounts = useQuery(queries.accounts(bridge)).data;
  // A second click may come before the first one has been drawn.
  const isSent = useRef(false);
  const importing = useMutation({
    mutationFn: () => bridge.call("accounts.importConfig", { label: name, text }),
    onError: () => {
      isSent.current = false;
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
      closeOverlay();
    },
  });
  const change = (next: string): void => {
    setText(next);
    setTooLong(next.length > LIMITS.configText);
    importing.reset();
  };
  return {
    text,
    label,
    tooLong,
    isTaken: text.trim() !== "" && accounts?.some((one) => one.kind === "config" && one.label === name) === true,
    busy: importing.isPending,
    error: importing.error === null ? null : errorInfoOf(importing.error),
    setText: change,
    setLabel,
    takeFile: async (file) => {
      const read = file === undefined ? undefined : await readConfigFile(file);
      setTooLong(file !== undefined && read === undefined);
      if (read === undefined) return;
      change(read.text);
      if (label === "") setLabel(read.label);
    },
    submit: () => {
      if (tooLong || text.trim() === "" || isSent.current) return;
      isSent.current = true;
      importing.mutate();
    },
  };
}
