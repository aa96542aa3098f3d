import type { HostInput } from "../../../shared/models.ts";
import { hostWords } from "../../strings/hosts.ts";
import { Choice } from "../../ui/Choice.tsx";
import { TextArea } from "../../ui/TextArea.tsx";
import { TextField } from "../../ui/TextField.tsx";

export const EMPTY_HOST = {
  name: "",
  host: "",
  port: "22",
  user: "root",
  password: "",
  privateKey: "",
  passphrase: "",
};
export type HostForm = typeof EMPTY_HOST;
export type HostProblems = Partial<Record<keyof HostForm, string>>;
export type LoginKind = HostInput["login"]["kind"];

export interface HostFieldsProps {
  form: HostForm;
  problems: HostProblems;
  onField(field: keyof HostForm, value: string): void;
}

/** Where a host is and who logs in. */
export function PlaceFields({ form, problems, onField }: HostFieldsProps) {
  const set = (field: keyof HostForm) => (value: string) => onField(field, value);
  const s = hostWords;
  return (
    <>
      <TextField label={s.name} value={form.name} onText={set("name")} error={problems.name} autoFocus />
      <div className="flex gap-3">
        <TextField
          label={s.host}
          hint={s.hostHint}
          value={form.host}
          onText={set("host")}
          error={problems.host}
          wrapperClassName="flex-1"
          mono
        />
        <TextField
          label={s.port}
          inputMode="numeric"
          value={form.port}
          onText={set("port")}
          error={problems.port}
          wrapperClassName="w-20"
          mono
        />
      </div>
      <TextField label={s.user} value={form.user} onText={set("user")} error={problems.user} mono />
    </>
  );
}

/** With what: a password, or a private key and its passphrase. */
export function LoginFields({
  kind,
  onKind,
  form,
  problems,
  onField,
}: HostFieldsProps & { kind: LoginKind; onKind(kind: LoginKind): void }) {
  const s = hostWords;
  return (
    <>
      <div className="flex flex-col items-start gap-2">
        <span className="font-medium">{s.login}</span>
        <Choice
          label={s.login}
          value={kind}
          options={[
            { value: "password", label: s.password },
            { value: "key", label: s.key },
          ]}
          onChoose={onKind}
        />
      </div>
      {kind === "password" ? (
        <TextField
          label={s.password}
          type="password"
          value={form.password}
          onText={(value) => onField("password", value)}
          error={problems.password}
        />
      ) : (
        <>
          <TextArea
            label={s.key}
            hint={s.keyHint}
            value={form.privateKey}
            onText={(value) => onField("privateKey", value)}
            error={problems.privateKey}
            rows={5}
          />
          <TextField
            label={s.passphrase}
            hint={s.passphraseHint}
            type="password"
            value={form.passphrase}
            onText={(value) => onField("passphrase", value)}
            error={problems.passphrase}
          />
        </>
      )}
    </>
  );
}
