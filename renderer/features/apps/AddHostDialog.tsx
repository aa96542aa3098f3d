import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { z } from "zod";
import { type HostInput, hostInput } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";

const EMPTY = { name: "", host: "", port: "22", user: "root", password: "", privateKey: "", passphrase: "" };
type Form = typeof EMPTY;
type LoginKind = HostInput["login"]["kind"];

/** Adds a host to an imported configuration, so that it stands in the tree as an app with one machine. */
export function AddHostDialog({ accountId, orgSlug }: { accountId: string; orgSlug: string }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [form, setForm] = useState<Form>(EMPTY);
  const [kind, setKind] = useState<LoginKind>("password");
  const [problems, setProblems] = useState<Partial<Record<keyof Form, string>>>({});
  const add = useMutation({
    mutationFn: (host: HostInput) => bridge.call("hosts.add", { accountId, host }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["apps", accountId, orgSlug] });
      closeOverlay();
    },
  });
  const set = (field: keyof Form) => (value: string) => {
    setForm((before) => ({ ...before, [field]: value }));
    setProblems((before) => ({ ...before, [field]: undefined }));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const result = hostInput.safeParse(inputOf(form, kind));
    if (result.success) add.mutate(result.data);
    else setProblems(problemsOf(result.error));
  };
  return (
    <Modal open onClose={closeOverlay} title={strings.hosts.addTitle} description={strings.hosts.addText}>
      <form onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
        <ModalBody>
          <TextField
            label={strings.hosts.name}
            value={form.name}
            onText={set("name")}
            error={problems.name}
            autoFocus
          />
          <div className="flex gap-3">
            <TextField
              label={strings.hosts.host}
              hint={strings.hosts.hostHint}
              value={form.host}
              onText={set("host")}
              error={problems.host}
              wrapperClassName="flex-1"
              mono
            />
            <TextField
              label={strings.hosts.port}
              inputMode="numeric"
              value={form.port}
              onText={set("port")}
              error={problems.port}
              wrapperClassName="w-20"
              mono
            />
          </div>
          <TextField label={strings.hosts.user} value={form.user} onText={set("user")} error={problems.user} mono />
          <div className="flex flex-col items-start gap-2">
            <span className="font-medium">{strings.hosts.login}</span>
            <Choice
              label={strings.hosts.login}
              value={kind}
              options={[
                { value: "password", label: strings.hosts.password },
                { value: "key", label: strings.hosts.key },
              ]}
              onChoose={setKind}
            />
          </div>
          {kind === "password" ? (
            <TextField
              label={strings.hosts.password}
              type="password"
              value={form.password}
              onText={set("password")}
              error={problems.password}
            />
          ) : (
            <>
              <TextArea
                label={strings.hosts.key}
                hint={strings.hosts.keyHint}
                value={form.privateKey}
                onText={set("privateKey")}
                error={problems.privateKey}
                rows={5}
              />
              <TextField
                label={strings.hosts.passphrase}
                hint={strings.hosts.passphraseHint}
                type="password"
                value={form.passphrase}
                onText={set("passphrase")}
              />
            </>
          )}
          {add.error !== null && <ErrorNote error={errorInfoOf(add.error)} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {strings.hosts.add}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

function inputOf(form: Form, kind: LoginKind): unknown {
  const login =
    kind === "password"
      ? { kind, password: form.password }
      : { kind, privateKey: form.privateKey, ...(form.passphrase === "" ? {} : { passphrase: form.passphrase }) };
  return { name: form.name.trim(), host: form.host.trim(), port: Number(form.port), user: form.user.trim(), login };
}

/** The first problem of each field, in words of the catalogue. */
function problemsOf(error: z.ZodError): Partial<Record<keyof Form, string>> {
  const problems: Partial<Record<keyof Form, string>> = {};
  for (const { path } of error.issues) {
    const field = z
      .enum(["name", "host", "port", "user", "password", "privateKey", "passphrase"])
      .safeParse(path.at(-1));
    if (field.success) problems[field.data] ??= strings.hosts.problems[field.data];
  }
  return problems;
}
