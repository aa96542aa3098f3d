import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { z } from "zod";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { type HostInput, hostInput } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { listKeys } from "../../state/queries.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { hostWords } from "../../strings/hosts.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import {
  EMPTY_HOST,
  type HostForm,
  type HostProblems,
  LoginFields,
  type LoginKind,
  PlaceFields,
} from "./HostFields.tsx";

/** Adds a host to an imported configuration, so that it stands in the tree as an app with one machine. */
export function AddHostDialog({ accountId, orgSlug }: { accountId: string; orgSlug: string }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [form, setForm] = useState<HostForm>(EMPTY_HOST);
  const [kind, setKind] = useState<LoginKind>("password");
  const [problems, setProblems] = useState<HostProblems>({});
  const add = useMutation({
    mutationFn: (host: HostInput) => bridge.call("hosts.add", { accountId, host }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: listKeys.apps(accountId, orgSlug) });
      closeOverlay();
    },
    onError: (reason, host) => setProblems(problemsOfRefusal(errorInfoOf(reason), host)),
  });
  const isTold = Object.values(problems).some((problem) => problem !== undefined);
  const onField = (field: keyof HostForm, value: string): void => {
    setForm((before) => ({ ...before, [field]: value }));
    setProblems((before) => ({ ...before, [field]: undefined }));
    add.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const result = hostInput.safeParse(inputOf(form, kind));
    if (result.success) add.mutate(result.data);
    else setProblems(problemsOf(result.error, form));
  };
  const fields = { form, problems, onField };
  return (
    <Modal open onClose={closeOverlay} title={hostWords.addTitle} description={hostWords.addText}>
      <form onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
        <ModalBody>
          <PlaceFields {...fields} />
          <LoginFields {...fields} kind={kind} onKind={setKind} />
          {add.error !== null && !isTold && <ErrorNote error={errorInfoOf(add.error)} />}
        </ModalBody>
        <ModalActions>
          <Button onClick={closeOverlay}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={add.isPending}>
            {hostWords.add}
          </Button>
        </ModalActions>
      </form>
    </Modal>
  );
}

/** What the engine refused about one field, for that field; nothing for a failure of another kind. */
function problemsOfRefusal({ code, detail }: ErrorInfo, { name, login }: HostInput): HostProblems {
  const words = hostWords.problems;
  if (code === "host-exists") return { name: words.taken(name) };
  if (code === "not-allowed") return { host: words.outside };
  return code === "key-invalid" && login.kind === "key" ? { privateKey: words.badKey(detail ?? "") } : {};
}

function inputOf(form: HostForm, kind: LoginKind): unknown {
  const login =
    kind === "password"
      ? { kind, password: form.password }
      : { kind, privateKey: form.privateKey, ...(form.passphrase === "" ? {} : { passphrase: form.passphrase }) };
  return { name: form.name.trim(), host: form.host.trim(), port: Number(form.port), user: form.user.trim(), login };
}

const field = z.enum(["name", "host", "port", "user", "password", "privateKey", "passphrase"]);

/** The first problem of each field, in words of the catalogue. */
function problemsOf(error: z.ZodError, form: HostForm): HostProblems {
  const problems: HostProblems = {};
  for (const { path } of error.issues) {
    const name = field.safeParse(path.at(-1));
    if (name.success) problems[name.data] ??= hostWords.problems[name.data];
  }
  if (form.host.trim() === "") problems.host = hostWords.problems.noHost;
  return problems;
}
