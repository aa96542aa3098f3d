import type { ReactNode } from "react";
import type { Session } from "../../../shared/models.ts";
import type { ShellRequest } from "../../state/shell-store.ts";
import { shortId } from "../../ui/format.ts";

/** A card in the middle of a pane: what it is about, and which machine. */
export function PanelFrame({
  title,
  request,
  session,
  children,
}: {
  title: string;
  request: ShellRequest;
  session: Session | undefined;
  children: ReactNode;
}) {
  const machine =
    session === undefined ? request.machine : { name: session.target.machineName, region: session.target.region };
  // No machine was chosen yet when the app has none that runs.
  const place = machine === null ? "" : [shortId(machine.name), machine.region].filter(Boolean).join(" · ");
  return (
    <div className="scroll-quiet absolute inset-0 flex overflow-y-auto bg-canvas p-4">
      <section aria-label={title} className="m-auto flex w-full max-w-md flex-col gap-5">
        <header>
          <p className="text-text-3">{title}</p>
          <h2 className="flex items-baseline gap-2 text-lg font-semibold">
            <span className="truncate">{request.appName}</span>
            {place !== "" && (
              <span className="truncate text-sm font-normal text-text-2" title={machine?.name}>
                {place}
              </span>
            )}
          </h2>
        </header>
        {children}
      </section>
    </div>
  );
}
