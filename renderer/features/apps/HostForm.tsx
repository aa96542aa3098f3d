import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { z } from "zod";
import type { ErrorInfo } from "../../../shared/errors.ts";
import { isSamePlace } from "../../../shared/host-name.ts";
import { type HostChange, hostChange, type ShownHost } from "../../../shared/models.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { hostWords } from "../../strings/hosts.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { ModalActions, ModalBody } from "../../ui/Modal.tsx";
import {
  EMPTY_HOST,
  type HostFields,
  type HostProblems,
  type KeptLogin,
  LoginFields,
  type LoginKind,
  PlaceFields,
} from "./HostFields.tsx";

interface HostFormProps {
  /** The host as it is kept; none when one is added. */
  readonly kept?: ShownHost;
  readonly submitLabel: string;
  save(host: HostChange): Promise<unknown>;
}

/** Asks where a host is and how to log in. What was typed stays, whatever is refused. */
export function HostForm({ kept, submitLabel, save }: HostFormProps) {
  const [form, setForm] = useState<HostFields>(() => fieldsOf(kept));
  const [kind, setKind] = useState<LoginKind>(kept?.login?.kind ?? "password");
  const [problems, setProblems] = useState<HostProblems>({});
  const element = useRef<HTMLFormElement>(null);
  const [refusals, setRefusals] = useState(0);
  // The first field at fault may lie below what a low window shows.
  useEffect(() => {
    if (refusals === 0) return;
    const field = element.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    field?.focus();
    // With its label and its error.
    field?.parentElement?.scrollIntoView({ block: "nearest" });
  }, [refusals]);
  const refuse = (next: HostProblems): void => {
    setProblems(next);
    setRefusals((before) => before + 1);
  };
  const asked = useMutation({
    mutationFn: save,
    onError: (reason, host) => refuse(problemsOfRefusal(errorInfoOf(reason), host, kind)),
  });
  const login = keptLogin(kept, form, kind);
  const isTold = Object.values(problems).some((problem) => problem !== undefined);
  const onField = (field: keyof HostFields, value: string): void => {
    setForm((before) => ({ ...before, [field]: value }));
    setProblems((before) => ({ ...before, [field]: undefined }));
    asked.reset();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (asked.isPending) return;
    const result = hostChange.safeParse(inputOf(form, kind, login));
    if (!result.success) refuse(problemsOf(result.error, form));
    else if (kept !== undefined && isSame(kept, result.data)) closeOverlay();
    else asked.mutate(result.data);
  };
  const fields = { form, problems, onField };
  return (
    <form ref={element} onSubmit={submit} className="flex min-h-0 flex-col" noValidate>
      <ModalBody>
        <PlaceFields {...fields} />
        <LoginFields {...fields} kind={kind} onKind={setKind} kept={login} />
        {asked.error !== null && !isTold && <ErrorNote error={errorInfoOf(asked.error)} />}
      </ModalBody>
      <ModalActions>
        {/* What is on its way is not taken back; the dialog can be closed nevertheless, by its cross. */}
        <Button onClick={closeOverlay} disabled={asked.isPending}>
          {strings.common.cancel}
        </Button>
        <Button type="submit" look="primary" busy={asked.isPending}>
          {submitLabel}
        </Button>
      </ModalActions>
    </form>
  );
}

function fieldsOf(kept: ShownHost | undefined): HostFields {
  if (kept === undefined) return EMPTY_HOST;
  const { name, host, port, user } = kept;
  return { ...EMPTY_HOST, name, host, port: String(port), user };
}

/** What the form says of the login that is kept, and whether it would go along. */
function keptLogin(kept: ShownHost | undefined, form: HostFields, kind: LoginKind): KeptLogin | undefined {
  if (kept === undefined) return undefined;
  if (kept.login === null) return { state: "lost" };
  if (kept.login.kind !== kind) return undefined;
  const place = { host: form.host, port: Number(form.port), user: form.user.trim() };
  return { state: isSamePlace(kept, place) ? "here" : "elsewhere", host: kept, login: kept.login };
}

/** Whether nothing was changed. */
function isSame(kept: ShownHost, { login, name }: HostChange): boolean {
  return login.kind === "kept" && name === kept.name;
}

/** What the engine refused about one field, for that field; nothing for a failure of another kind. */
function problemsOfRefusal({ code, detail }: ErrorInfo, { name, login }: HostChange, kind: LoginKind): HostProblems {
  const words = hostWords.problems;
  if (code === "host-exists") return { name: words.taken(name) };
  if (code === "not-allowed") return { host: words.outside };
  if (code === "login-needed") return { [kind === "key" ? "privateKey" : "password"]: words.notKept };
  return code === "key-invalid" && login.kind === "key" ? { privateKey: words.badKey(detail ?? "") } : {};
}

function inputOf(form: HostFields, kind: LoginKind, kept: KeptLogin | undefined): unknown {
  const { password, privateKey, passphrase } = form;
  const isKept = kept?.state === "here" && (kind === "password" ? password : privateKey) === "";
  const typed =
    kind === "password" ? { kind, password } : { kind, privateKey, ...(passphrase === "" ? {} : { passphrase }) };
  return {
    name: form.name.trim(),
    host: form.host.trim(),
    port: Number(form.port),
    user: form.user.trim(),
    login: isKept ? { kind: "kept" } : typed,
  };
}

const field = z.enum(["name", "host", "port", "user", "password", "privateKey", "passphrase"]);

/** The first problem of each field, in words of the catalogue. */
function problemsOf(error: z.ZodError, form: HostFields): HostProblems {
  const problems: HostProblems = {};
  for (const { path } of error.issues) {
    const name = field.safeParse(path.at(-1));
    if (name.success) problems[name.data] ??= hostWords.problems[name.data];
  }
  if (form.host.trim() === "") problems.host = hostWords.problems.noHost;
  return problems;
}
