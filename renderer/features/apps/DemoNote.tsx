import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import type { DemoStart } from "../sign-in/use-start-demo.ts";

/** How it goes with a demo network that was asked for from the menu, which has closed by then. */
export function DemoNote({ demo }: { demo: DemoStart }) {
  if (demo.isPending) {
    return (
      <p role="status" className="border-b border-line px-3 py-2 text-text-2">
        {strings.firstRun.demoStarting}
      </p>
    );
  }
  if (demo.error === null) return null;
  return (
    <div className="border-b border-line p-2">
      <ErrorNote error={errorInfoOf(demo.error)}>
        <span className="flex gap-2 pt-1">
          <Button onClick={() => demo.mutate()}>{strings.common.retry}</Button>
          <Button look="quiet" onClick={() => demo.reset()}>
            {strings.common.close}
          </Button>
        </span>
      </ErrorNote>
    </div>
  );
}
