import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { ConfigEditor, goToLine } from "./ConfigEditor.tsx";
import { ConfigSummary } from "./ConfigSummary.tsx";
import { previewConfig } from "./config-preview.ts";
import { readConfigFile } from "./read-file.ts";

/** Imports a wg-quick file that is pasted, dropped or chosen; errors come back by line. */
export function ImportDialog({ text: initialText = "", label: initialLabel = "" }: { text?: string; label?: string }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [text, setText] = useState(initialText);
  const [label, setLabel] = useState(initialLabel);
  const [tooLong, setTooLong] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const preview = useMemo(() => previewConfig(text), [text]);
  const importing = useMutation({
    mutationFn: () =>
      bridge.call("accounts.importConfig", { label: label.trim() || strings.importConfig.defaultLabel, text }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
      closeOverlay();
    },
  });
  const error = importing.error === null ? null : errorInfoOf(importing.error);
  const lines = error?.lines ?? [];
  const take = async (file: File | undefined): Promise<void> => {
    const read = file === undefined ? undefined : await readConfigFile(file);
    setTooLong(file !== undefined && read === undefined);
    if (read === undefined) return;
    importing.reset();
    setText(read.text);
    if (label === "") setLabel(read.label);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
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
        onDrop={onDrop}
        onSubmit={(event) => {
          event.preventDefault();
          importing.mutate();
        }}
      >
        <ModalBody>
          <div className="flex items-end gap-3">
            <TextField
              label={strings.importConfig.label}
              placeholder={strings.importConfig.defaultLabel}
              value={label}
              onText={setLabel}
              maxLength={200}
              wrapperClassName="flex-1"
            />
            <Button icon={<FileUp className="size-4" />} onClick={() => chooser.current?.click()}>
              {strings.importConfig.chooseFile}
            </Button>
            <input
              ref={chooser}
              type="file"
              accept=".conf,text/plain"
              hidden
              aria-label={strings.importConfig.chooseFile}
              onChange={(event) => {
                void take(event.target.files?.[0]);
                event.target.value = "";
              }}
            />
          </div>
          <ConfigEditor
            text={text}
            faulty={new Set(lines.map(({ line }) => line))}
            onText={(next) => {
              setText(next);
              if (error !== null) importing.reset();
            }}
          />
          {tooLong && <p className="text-bad">{strings.importConfig.tooLong}</p>}
          {error !== null && (
            <ErrorNote error={error}>
              {lines.length > 0 && (
                <ul aria-label={strings.importConfig.errors} className="flex flex-col">
                  {lines.map(({ line, message }) => (
                    <li key={`${line} ${message}`}>
                      <button
                        type="button"
                        className="min-h-6 rounded-sm text-left hover:underline"
                        onClick={() => goToLine(line)}
                      >
                        <span className="font-medium text-bad">{strings.importConfig.line(line)}</span> {message}
                      </button>
                    </li>
                  ))}
                </ul>
              )}
            </ErrorNote>
          )}
          {text.trim() !== "" && <ConfigSummary preview={preview} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={importing.isPending} disabled={text.trim() === ""}>
            {strings.importConfig.submit}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
