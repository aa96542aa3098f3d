import { useBridge } from "../../bridge/bridge-context.ts";
import { openShell } from "../../state/shell-actions.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";

/** How to go on when a machine is stopped: the command that starts it, or another machine of the app, if a person says so. */
export function StoppedMachine({ request, machineId }: { request: ShellRequest; machineId: string }) {
  const bridge = useBridge();
  const command = `fly machine start ${machineId} -a ${request.appName}`;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <span className="text-text-2">{strings.panes.startIt}</span>
      <code className="min-w-0 rounded-sm bg-hover px-1.5 font-mono text-xs break-all select-text">{command}</code>
      <CopyButton text={command} label={strings.panes.copyCommand} />
      <Button look="quiet" onClick={() => void openShell(bridge, { ...request, machine: null })}>
        {strings.panes.openAnother}
      </Button>
    </div>
  );
}
