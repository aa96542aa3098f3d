import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { LIMITS } from "../../../shared/limits.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { announce } from "../../state/announcer.ts";
import { queries } from "../../state/queries.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { TextField } from "../../ui/TextField.tsx";

const s = strings.rename;

/** Asks for another name of an imported network. What runs in its tunnel goes on. */
export function RenameNetwork({ accountId }: { accountId: string }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const accounts = useQuery(queries.accounts(bridge)).data ?? [];
  // The name as it was when it was asked for.
  const [old] = useState(accounts.find(({ id }) => id === accountId)?.label ?? "");
  const [text, setText] = useState(old);
  const field = useRef<HTMLInputElement>(null);
  const name = visibleText(text).trim();
  const isTaken = accounts.some(
    ({ id, label }) => id !== accountId && label.trim().toLowerCase() === name.toLowerCase(),
  );
  const rename = useMutation({
    mutationFn: () => bridge.call("accounts.rename", { accountId, label: name }),
    onSuccess: async ({ label }) => {
      await client.invalidateQueries({ queryKey: queries.accounts(bridge).queryKey });
      closeOverlay();
      announce(s.renamed(label), "polite");
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name === old) closeOverlay();
    else if (name !== "" && !rename.isPending) rename.mutate();
  };
  return (
    <Modal open onClose={closeOverlay} title={s.title(old)} description={s.text} width="narrow" initialFocus={field}>
      <form onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
        <ModalBody>
          <TextField
            ref={field}
            label={strings.importConfig.label}
            value={text}
            onText={setText}
            onFocus={(event) => event.currentTarget.select()}
            maxLength={LIMITS.label}
            {...(name === "" ? { error: s.empty } : isTaken ? { hint: s.taken } : {})}
          />
          {rename.error !== null && <ErrorNote error={errorInfoOf(rename.error)} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={rename.isPending} disabled={name === ""}>
            {s.submit}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}
