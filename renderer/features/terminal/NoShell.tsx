import { useKeysOf } from "../../commands/bindings.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Keys } from "../../ui/Keys.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { useHostlessNetwork } from "./use-hostless-network.ts";

/** What the middle of the window shows before the first shell. */
export function NoShell() {
  const hostless = useHostlessNetwork();
  const rows = [
    [strings.noShell.open, "Enter"],
    [strings.commands.quickOpen, useKeysOf("quickOpen")],
    [strings.commands.palette, useKeysOf("palette")],
    [strings.commands.leader, useKeysOf("leader")],
  ] as const;
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-6 p-6">
      <Mark className="size-16 opacity-60" />
      <div className="flex flex-col items-center gap-1 text-center">
        <h2 className="text-base font-semibold wrap-anywhere">
          {hostless === undefined ? strings.noShell.title : strings.noShell.noHosts(hostless.label)}
        </h2>
        <p className="max-w-sm text-text-2">
          {hostless === undefined ? strings.noShell.text : strings.noShell.noHostsText}
        </p>
        {hostless !== undefined && (
          <div className="pt-3">
            <Button look="primary" onClick={hostless.addHost}>
              {strings.tree.addHost}
            </Button>
          </div>
        )}
      </div>
      <dl className="grid grid-cols-[auto_auto] items-center gap-x-4 gap-y-2 text-text-2">
        {rows.map(([label, keys]) =>
          keys === undefined ? null : (
            <div key={label} className="col-span-2 grid grid-cols-subgrid">
              <dt className="text-right">{label}</dt>
              <dd>
                <Keys keys={keys} />
              </dd>
            </div>
          ),
        )}
      </dl>
    </div>
  );
}
