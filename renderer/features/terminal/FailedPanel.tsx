import { Collapsible } from "@base-ui/react/collapsible";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { type ErrorInfo, sentenceFor } from "../../../shared/errors.ts";
import type { Machine, Session } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { useAdvice } from "../../state/use-advice.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { OpenPeers } from "../peers/OpenPeers.tsx";
import { PanelFrame } from "./PanelFrame.tsx";
import { StageList } from "./StageList.tsx";
import { StoppedMachine, StoppedMachines } from "./StoppedMachine.tsx";
import { useTunnelHadWorked } from "./use-description.ts";

/** Why there is no shell: what failed, the likely cause, what to do, and the way that was come. */
export function FailedPanel({
  error,
  session,
  request,
  onRetry,
  onClose,
}: {
  error: ErrorInfo;
  session: Session | undefined;
  request: ShellRequest;
  onRetry(): void;
  onClose(): void;
}) {
  const advice = useAdvice(error.code, request.accountId, useTunnelHadWorked(request));
  const { accountId, orgSlug, appName } = request;
  const machines = useQuery({
    ...queries.machines(useBridge(), { accountId, orgSlug }, appName),
    enabled: error.code === "no-machines",
  }).data;
  const known = error.code === "no-machines" && machines !== undefined ? whyNone(machines) : undefined;
  const cause = known?.cause ?? advice.cause;
  return (
    <PanelFrame title={strings.shell.couldNotOpen} request={request} session={session}>
      <div role="alert" className="flex flex-col gap-3 rounded-md border border-line-strong bg-chrome p-4">
        <div className="flex flex-col gap-1">
          <p className="font-medium text-bad">{sentenceFor(error.code)}</p>
          {error.detail !== undefined && <p className="font-mono text-xs break-words text-text-2">{error.detail}</p>}
        </div>
        <dl className="flex flex-col gap-2">
          {cause !== undefined && (
            <div>
              <dt className="text-xs text-text-3">{strings.shell.likelyCause}</dt>
              <dd className="text-text-2">{cause}</dd>
            </div>
          )}
          <div>
            <dt className="text-xs text-text-3">{strings.shell.whatToDo}</dt>
            <dd className="text-text-2">{known?.action ?? advice.text}</dd>
          </div>
        </dl>
      </div>
      {error.code === "machine-stopped" && (session?.target.machineId || request.machine?.id) && (
        <StoppedMachine request={request} machineId={session?.target.machineId || request.machine?.id || ""} />
      )}
      {known !== undefined && known.stopped.length > 0 && (
        <StoppedMachines appName={request.appName} machines={known.stopped} />
      )}
      {session !== undefined && session.stages.length > 0 && <StageList stages={session.stages} />}
      <Details text={detailsOf(error, session)} />
      <div className="flex flex-wrap justify-end gap-2">
        {advice.peers && <OpenPeers />}
        <Button onClick={onClose}>{strings.shell.close}</Button>
        <Button look="primary" onClick={onRetry}>
          {strings.common.retry}
        </Button>
      </div>
    </PanelFrame>
  );
}

/** Why an app has no machine that runs, and those that can be started. Words only where they hold for all of them. */
function whyNone(machines: readonly Machine[]): { cause?: string; action?: string; stopped: Machine[] } {
  const stopped = machines.filter(({ status }) => status === "stopped");
  if (machines.length === 0) return { ...strings.noMachines.none, stopped };
  return stopped.length === machines.length ? { ...strings.noMachines.stopped, stopped } : { stopped };
}

function detailsOf(error: ErrorInfo, session: Session | undefined): string {
  const stages = (session?.stages ?? []).map(
    ({ name, state, durationMs, detail }) =>
      `${name}: ${state}${durationMs === null ? "" : ` ${Math.round(durationMs)} ms`}${detail === null ? "" : ` (${detail})`}`,
  );
  return [`${error.code}: ${error.detail ?? ""}`, ...stages].join("\n");
}

function Details({ text }: { text: string }) {
  return (
    <Collapsible.Root>
      <div className="flex items-center justify-between">
        <Collapsible.Trigger className="group -ml-1 flex h-6 items-center gap-1 rounded-sm pr-2 pl-0.5 text-text-2 hover:text-text">
          <ChevronRight className="size-3.5 transition-transform duration-100 group-data-panel-open:rotate-90 rtl:-scale-x-100 rtl:group-data-panel-open:-rotate-90" />
          {strings.common.details}
        </Collapsible.Trigger>
        <CopyButton text={text} label={strings.common.copyDetails} />
      </div>
      <Collapsible.Panel>
        <pre className="scroll-quiet overflow-x-auto rounded-md border border-line bg-chrome p-3 font-mono text-xs whitespace-pre-wrap">
          {text}
        </pre>
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
