import type { ErrorInfo } from "../../../shared/errors.ts";
import { isLinkLost } from "../../bridge/bridge-error.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";

/** Over a terminal that this window does not show at the moment: another one does, or attaching failed. */
export function AwayPanel({ error, onShow }: { error: ErrorInfo | null; onShow(): void }) {
  if (error !== null && isLinkLost(error)) return null;
  return (
    <div className="absolute inset-0 flex items-center justify-center bg-canvas p-4">
      {error === null ? (
        <EmptyState title={strings.shell.elsewhere} text={strings.shell.elsewhereText}>
          <Button look="primary" onClick={onShow}>
            {strings.shell.showHere}
          </Button>
        </EmptyState>
      ) : (
        <div className="w-full max-w-md">
          <ErrorNote error={error} onRetry={onShow} />
        </div>
      )}
    </div>
  );
}
