import type { Machine } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { openShell } from "../../state/shell-actions.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";

/** How to go on when a machine is stopped: the command that starts it, or another machine of the app, if a person says so. */
export function StoppedMachine({ request, machineId }: { request: ShellRequest; machineId: string }) {
  const bridge = useBridge();
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <span className="text-text-2">{strings.panes.startIt}</span>
      <StartCommand appName={request.appName} machineId={machineId} />
      <Button look="quiet" onClick={() => void openShell(bridge, { ...request, machine: null })}>
        {strings.panes.openAnother}
      </Button>
    </div>
  );
}

/** How to go on when none of an app's machines runs: for each of them the command that starts it. */
export function StoppedMachines({ appName, machines }: { appName: string; machines: readonly Machine[] }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="text-text-2">{strings.panes.startOne}</span>
      <ul className="scroll-quiet flex max-h-28 flex-col gap-1 overflow-y-auto">
        {machines.map(({ id }) => (
          <li key={id} className="flex min-w-0 items-center gap-x-2">
            <StartCommand appName={appName} machineId={id} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function StartCommand({ appName, machineId }: { appName: string; machineId: string }) {
  const command = `fly machine start ${machineId} -a ${appName}`;
  return (
    <>
      <code className="min-w-0 rounded-sm bg-hover px-1.5 font-mono text-xs break-all select-text">{command}</code>
      <CopyButton text={command} label={strings.panes.copyCommand} />
    </>
  );
}
