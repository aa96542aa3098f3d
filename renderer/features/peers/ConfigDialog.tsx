import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { flushSync } from "react-dom";
import { LIMITS } from "../../../shared/limits.ts";
import type { ShownConfig } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf, isLinkLost } from "../../bridge/bridge-error.ts";
import { listKeys } from "../../state/queries.ts";
import { useUnloadGuard } from "../../state/unload-guard.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal, ModalActions, ModalBody } from "../../ui/Modal.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ConfigEditor, goToLine } from "../sign-in/ConfigEditor.tsx";
import { ConfigGaps } from "../sign-in/ConfigGaps.tsx";
import { previewConfig } from "../sign-in/config-preview.ts";
import { ImportErrors } from "../sign-in/ImportErrors.tsx";
import { useConfigCheck } from "../sign-in/use-config-check.ts";
import { LinkBanner } from "../status/LinkBanner.tsx";
import { ConfigForm } from "./ConfigForm.tsx";
import { keptTokens, ownKey } from "./config-model.ts";
import type { PeerPlace } from "./peer-rows.ts";

const s = strings.config;

/** An imported configuration, as a form and as its text (#21). Both edit the same text; nothing is kept before it is saved. */
export function ConfigDialog({ place, onClose }: { place: PeerPlace; onClose(): void }) {
  const bridge = useBridge();
  const [isChanged, setChanged] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  useUnloadGuard(isChanged);
  const leave = (): void => (isChanged ? setLeaving(true) : onClose());
  const read = useQuery({
    queryKey: ["config", place.accountId],
    queryFn: () => bridge.call("accounts.readConfig", { accountId: place.accountId }),
    gcTime: 0,
    // What a person edits must not change under their hands.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  return (
    <Modal open onClose={leave} title={s.title(place.label)} width="wide" tall>
      {read.data !== undefined ? (
        <Editing
          place={place}
          shown={read.data}
          isChanged={isChanged}
          onChanged={setChanged}
          onLeave={leave}
          onClose={onClose}
        />
      ) : (
        <ModalBody>
          {read.error === null ? (
            <Skeleton />
          ) : (
            <ErrorNote error={errorInfoOf(read.error)} onRetry={() => void read.refetch()} />
          )}
        </ModalBody>
      )}
      <Confirm
        open={isLeaving}
        title={s.discardTitle}
        confirmLabel={s.discardConfirm}
        onConfirm={onClose}
        onCancel={() => setLeaving(false)}
      >
        <p>{s.discardText}</p>
      </Confirm>
    </Modal>
  );
}

interface EditingProps {
  readonly place: PeerPlace;
  readonly shown: ShownConfig;
  readonly isChanged: boolean;
  onChanged(isChanged: boolean): void;
  onLeave(): void;
  onClose(): void;
}

function Editing({ place, shown, isChanged, onChanged, onLeave, onClose }: EditingProps) {
  const [text, setText] = useState(shown.text);
  const [view, setView] = useState<"form" | "text">("form");
  const [isAsking, setAsking] = useState(false);
  const check = useConfigCheck(text, place.accountId);
  const save = useSave(place, shown, text, onClose);
  const error = save.error === null ? null : errorInfoOf(save.error);
  const isTooLong = text.length > LIMITS.configText;
  const faults = error?.lines ?? (check.state === "done" ? check.faults : []);
  const isEmpty = text.trim() === "";
  const isKnownGood = check.state === "done" && faults.length === 0;
  const maySave = isChanged && !isTooLong && (isKnownGood || check.state === "failed");
  const reconnects = check.state === "done" && check.reconnects;
  const change = (next: string): void => {
    setText(next);
    onChanged(next !== shown.text);
    save.reset();
  };
  const showLine = (line: number): void => {
    flushSync(() => setView("text"));
    goToLine(line);
  };
  return (
    <>
      {/* The window's own is behind the dialog, out of reach. */}
      <LinkBanner />
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-5 pt-4">
        <Choice
          label={s.view}
          value={view}
          options={[
            { value: "form", label: s.form },
            { value: "text", label: s.text },
          ]}
          onChoose={setView}
        />
        {view === "text" && <p className="min-w-0 flex-1 text-xs text-text-3">{s.keptHint}</p>}
      </div>
      <div className="scroll-quiet flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        {view === "form" ? (
          <ConfigForm
            text={text}
            faults={new Map(faults.map((one) => [one.line, one.message]))}
            kept={keptTokens(shown.text)}
            ownKey={ownKey(shown.text)}
            onText={change}
          />
        ) : (
          <ConfigEditor text={text} faulty={new Set(faults.map(({ line }) => line))} onText={change} tall />
        )}
      </div>
      {/* Below the fields, so that none moves under the hands of a person who types. */}
      <div className="scroll-quiet max-h-36 shrink-0 overflow-y-auto px-5 not-empty:py-3">
        {error !== null ? (
          <ImportErrors error={error} onLine={showLine} />
        ) : (
          faults.length > 0 && (
            <ImportErrors
              error={{ code: "config-invalid", lines: [...faults] }}
              more={check.state === "done" ? check.more : undefined}
              onLine={showLine}
            />
          )
        )}
        {error !== null && isLinkLost(error) && <p className="pt-2 text-text-2">{s.copyFirst}</p>}
        {isChanged && isKnownGood && error === null && <ConfigGaps gaps={previewConfig(text).gaps} />}
        {isEmpty && <p className="text-bad">{s.isEmpty}</p>}
        {isTooLong && <p className="text-bad">{strings.importConfig.tooLong}</p>}
      </div>
      <ModalActions>
        <span role="status" className="flex min-w-0 flex-1 items-center gap-2 text-text-2">
          {isChanged && isKnownGood && error === null && (reconnects || previewConfig(text).gaps.length === 0) && (
            <Good reconnects={reconnects} />
          )}
        </span>
        <Button onClick={onLeave}>{strings.common.cancel}</Button>
        <Button
          look="primary"
          busy={save.isPending}
          disabled={!maySave}
          onClick={() => (reconnects || check.state === "failed" ? setAsking(true) : save.mutate())}
        >
          {s.save}
        </Button>
      </ModalActions>
      <Confirm
        open={isAsking}
        title={s.reconnectTitle}
        confirmLabel={s.reconnectConfirm}
        onConfirm={() => {
          setAsking(false);
          save.mutate();
        }}
        onCancel={() => setAsking(false)}
      >
        <p>{s.reconnectText}</p>
      </Confirm>
    </>
  );
}

function Good({ reconnects }: { reconnects: boolean }) {
  const Shape = reconnects ? TriangleAlert : Check;
  return (
    <>
      <Shape className={reconnects ? "size-4 shrink-0 text-warn" : "size-4 shrink-0 text-ok"} aria-hidden="true" />
      <span>{reconnects ? s.willReconnect : s.isGood}</span>
    </>
  );
}

function useSave(place: PeerPlace, { revision }: ShownConfig, text: string, onSaved: () => void) {
  const bridge = useBridge();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => bridge.call("accounts.changeConfig", { accountId: place.accountId, text, revision }),
    onSuccess: async () => {
      onSaved();
      await client.invalidateQueries({ queryKey: listKeys.peers(place.accountId) });
    },
  });
}
