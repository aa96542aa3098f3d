import { formatHostPort } from "../../../shared/host-name.ts";
import type { HostInput, ShownHost } from "../../../shared/models.ts";
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
export type HostFields = typeof EMPTY_HOST;
export type HostProblems = Partial<Record<keyof HostFields, string>>;
export type LoginKind = HostInput["login"]["kind"];

/** The login of a host that is edited: kept for what stands in the form, or for another place, or not at all. */
export type KeptLogin =
  | { readonly state: "lost" }
  | {
      readonly state: "here" | "elsewhere";
      readonly host: ShownHost;
      readonly login: NonNullable<ShownHost["login"]>;
    };

export interface HostFieldsProps {
  form: HostFields;
  problems: HostProblems;
  onField(field: keyof HostFields, value: string): void;
}

/** Where a host is and who logs in. */
export function PlaceFields({ form, problems, onField }: HostFieldsProps) {
  const set = (field: keyof HostFields) => (value: string) => onField(field, value);
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
  kept,
  form,
  problems,
  onField,
}: HostFieldsProps & { kind: LoginKind; onKind(kind: LoginKind): void; kept: KeptLogin | undefined }) {
  const s = hostWords;
  const isKept = kept?.state === "here";
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
      <p role="status" className={kept === undefined || isKept ? "sr-only" : NOTE}>
        {kept !== undefined && !isKept && noteOf(kept)}
      </p>
      {kind === "password" ? (
        <TextField
          label={s.password}
          type="password"
          value={form.password}
          {...(isKept ? { placeholder: s.keptPassword, hint: s.keepPassword } : {})}
          onText={(value) => onField("password", value)}
          error={problems.password}
        />
      ) : (
        <>
          <TextArea
            label={s.key}
            hint={isKept && kept.login.kind === "key" ? s.keepKey(kept.login) : s.keyHint}
            {...(isKept ? { placeholder: s.keptKey } : {})}
            value={form.privateKey}
            onText={(value) => onField("privateKey", value)}
            error={problems.privateKey}
            rows={5}
          />
          {!(isKept && form.privateKey === "") && (
            <TextField
              label={s.passphrase}
              hint={s.passphraseHint}
              type="password"
              value={form.passphrase}
              onText={(value) => onField("passphrase", value)}
              error={problems.passphrase}
            />
          )}
        </>
      )}
    </>
  );
}

const NOTE = "rounded-md bg-warn-soft px-3 py-2 wrap-anywhere";

/** Why the login is to be typed anew. */
function noteOf(kept: KeptLogin): string {
  if (kept.state === "lost") return hostWords.lostLogin;
  const { user, host, port } = kept.host;
  return hostWords.elsewhere[kept.login.kind](`${user}@${formatHostPort(host, port)}`);
}
