import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef } from "react";
import type { Machine } from "../../../shared/models.ts";
import { appKey } from "../../../shared/settings.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { queries, useSettings } from "../../state/queries.ts";
import { openShell } from "../../state/shell-actions.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { closeOverlay } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Badge } from "../../ui/Badge.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Modal } from "../../ui/Modal.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { StatusShape } from "../../ui/StatusShape.tsx";
import { inOrderOfUse, machineOf } from "./open-app.ts";
import { machineLabel } from "./tree-text.ts";

/** Which machine of an app is meant: the one used last stands first and has the focus, so that Enter is enough. */
export function MachinePicker({ request, isSubstitute }: { request: ShellRequest; isSubstitute: boolean }) {
  const bridge = useBridge();
  const first = useRef<HTMLButtonElement>(null);
  const org = { accountId: request.accountId, orgSlug: request.orgSlug };
  const machines = useQuery(queries.machines(bridge, org, request.appName));
  const lastId = useSettings().recent.find(({ app }) => app === appKey(request))?.machineId;
  const open = (machine: Machine): void => {
    closeOverlay();
    void openShell(bridge, { ...request, machine: machineOf(machine) });
  };
  return (
    <Modal
      open
      onClose={closeOverlay}
      title={strings.machines.title(request.appName)}
      description={isSubstitute ? strings.machines.lastStopped : strings.machines.text}
      width="narrow"
      initialFocus={first}
    >
      <fieldset
        aria-label={strings.machines.text}
        onKeyDown={moveFocus}
        className="scroll-quiet flex min-h-0 flex-col overflow-y-auto p-2"
      >
        {machines.data === undefined ? (
          machines.error === null ? (
            <Skeleton rows={3} />
          ) : (
            <ErrorNote error={errorInfoOf(machines.error)} onRetry={() => void machines.refetch()} />
          )
        ) : machines.data.length === 0 ? (
          <EmptyState title={strings.tree.empty.machines} />
        ) : (
          inOrderOfUse(machines.data, lastId).map((machine, index) => (
            <button
              key={machine.id}
              ref={index === 0 ? first : undefined}
              type="button"
              data-machine={machine.id}
              onClick={() => open(machine)}
              className="focus-inset flex min-h-9 items-center gap-2 rounded-md px-3 py-1 text-left hover:bg-hover focus:bg-hover"
            >
              <StatusShape status={machine.status} />
              <span className="min-w-0 flex-1 truncate font-mono text-xs" title={machine.name}>
                {machineLabel(machine)}
              </span>
              {machine.id === lastId && <Badge>{strings.machines.usedLast}</Badge>}
              <span className="text-xs text-text-3">{strings.status[machine.status]}</span>
              <span className="font-mono text-xs text-text-3">{machine.region}</span>
            </button>
          ))
        )}
      </fieldset>
    </Modal>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-machine]")];
  const at = buttons.findIndex((button) => button.matches(":focus"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
}
