import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { KnownHostKey } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { FactList } from "../../ui/FactList.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Cell, HeadCell, Table } from "../../ui/Table.tsx";
import { SettingBlock } from "./SettingRow.tsx";

const s = strings.security;

/** What is kept where on this computer, and which machines' keys are trusted. */
export function SecurityPane() {
  return (
    <div className="flex flex-col gap-4">
      <SettingBlock label={s.secrets} words={s.secretsWords}>
        <Kept />
      </SettingBlock>
      <SettingBlock label={s.hostKeys} words={s.hostKeysWords}>
        <h4 className="font-medium">{s.hostKeys}</h4>
        <p className="text-text-3">{s.hostKeysHint}</p>
        <HostKeys />
      </SettingBlock>
    </div>
  );
}

function Kept() {
  const report = useQuery(queries.security(useBridge()));
  if (report.data === undefined) {
    return report.error === null ? (
      <Skeleton rows={3} />
    ) : (
      <ErrorNote error={errorInfoOf(report.error)} onRetry={() => void report.refetch()} />
    );
  }
  const { secrets, folder, captures } = report.data;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <h4 className="font-medium">{s.secrets}</h4>
        <Badge tone={secrets === "keystore" ? "ok" : "warn"}>{s.kept[secrets].word}</Badge>
      </div>
      <p className="text-text-2">{s.kept[secrets].text}</p>
      <p className="text-text-3">{s.neverInPage}</p>
      <FactList
        facts={[
          [
            s.folder,
            <code key="folder" className="font-mono text-xs break-all">
              {folder}
            </code>,
          ],
          [
            s.captures,
            <code key="captures" className="font-mono text-xs break-all">
              {captures}
            </code>,
          ],
        ]}
      />
    </>
  );
}

function HostKeys() {
  const bridge = useBridge();
  const client = useQueryClient();
  const keys = useQuery(queries.hostKeys(bridge));
  const [leaving, setLeaving] = useState<KnownHostKey | null>(null);
  const forget = useMutation({
    mutationFn: ({ alias, fingerprint }: KnownHostKey) => bridge.call("hostKeys.forget", { alias, fingerprint }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: queries.hostKeys(bridge).queryKey });
      setLeaving(null);
    },
  });
  if (keys.data === undefined) {
    return keys.error === null ? (
      <Skeleton rows={2} />
    ) : (
      <ErrorNote error={errorInfoOf(keys.error)} onRetry={() => void keys.refetch()} />
    );
  }
  if (keys.data.length === 0) return <p className="text-text-3">{s.noHostKeys}</p>;
  return (
    <>
      <HostKeyTable keys={keys.data} onForget={setLeaving} />
      <Confirm
        open={leaving !== null}
        title={s.forgetTitle(leaving?.alias ?? "")}
        confirmLabel={s.forgetConfirm}
        busy={forget.isPending}
        error={forget.error === null ? null : errorInfoOf(forget.error)}
        onConfirm={() => leaving !== null && forget.mutate(leaving)}
        onCancel={() => {
          setLeaving(null);
          forget.reset();
        }}
      >
        <p>{s.forgetText}</p>
      </Confirm>
    </>
  );
}

function HostKeyTable({ keys, onForget }: { keys: readonly KnownHostKey[]; onForget(key: KnownHostKey): void }) {
  return (
    // Wider than its column where the window has room: nothing of a fingerprint is left out, and the buttons stay in sight.
    <div className="w-fit max-w-[calc(50cqw+50%)] min-w-full">
      <Table label={s.hostKeys}>
        <thead>
          <tr>
            <HeadCell>{s.host}</HeadCell>
            <HeadCell>{s.type}</HeadCell>
            <HeadCell>{s.fingerprint}</HeadCell>
            <HeadCell>
              <span className="sr-only">{s.actions}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={`${key.alias} ${key.fingerprint}`} className="hover:bg-hover">
              <Cell mono title={key.alias}>
                <span className="block max-w-80 truncate">{key.alias}</span>
              </Cell>
              <Cell mono>{key.type}</Cell>
              <Cell mono>{key.fingerprint}</Cell>
              <Cell>
                <span className="flex justify-end">
                  <IconButton label={s.forget(key.alias)} onClick={() => onForget(key)} small>
                    <Trash2 className="size-3.5" />
                  </IconButton>
                </span>
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
