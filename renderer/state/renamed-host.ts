import { appKey } from "../../shared/settings.ts";
import { type Pane, type ShellRequest, useShells } from "./shell-store.ts";
import { setCurrent, useTree } from "./tree-store.ts";

export interface HostName {
  readonly accountId: string;
  readonly orgSlug: string;
  readonly appName: string;
}

/** A host is its own one machine, of the same name. */
function machineIdOf(id: string, { appName }: HostName, name: string): string {
  return id === appName ? name : id;
}

/** Panes, what was closed and the tree's current row go on under the new name. Shells that live are the engine's to rename. */
export function renameInWindow(of: HostName, name: string): void {
  const renamed = (request: ShellRequest): ShellRequest => {
    if (request.accountId !== of.accountId || request.appName !== of.appName) return request;
    const { machine } = request;
    return {
      ...request,
      appName: name,
      machine: machine === null ? null : { ...machine, id: machineIdOf(machine.id, of, name) },
    };
  };
  useShells.setState(({ panes, closed }) => ({
    panes: new Map([...panes].map(([key, pane]): [string, Pane] => [key, { ...pane, request: renamed(pane.request) }])),
    closed: closed.map((tab) => ({
      ...tab,
      requests: new Map([...tab.requests].map(([key, request]) => [key, renamed(request)])),
    })),
  }));
  const { currentKey } = useTree.getState();
  for (const prefix of ["app/", "pin/"])
    if (currentKey === prefix + appKey(of)) setCurrent(prefix + appKey({ ...of, appName: name }));
}
