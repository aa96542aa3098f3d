import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { actionFor, type ErrorInfo, sentenceFor } from "../../shared/errors.ts";
import { strings } from "../strings.ts";
import { Button } from "./Button.tsx";

/** An error where it happened: what failed, what to do, this case's facts, and buttons. */
export function ErrorNote({
  error,
  onRetry,
  children,
}: {
  error: ErrorInfo;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}) {
  return (
    <div role="alert" className="flex gap-2 rounded-md border border-bad bg-bad-soft px-3 py-2">
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden="true" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-medium">{sentenceFor(error.code)}</p>
        <p className="text-text-2">{actionFor(error.code)}</p>
        {error.detail !== undefined && <p className="font-mono text-xs break-words text-text-2">{error.detail}</p>}
        {children}
        {onRetry !== undefined && (
          <div className="pt-1">
            <Button onClick={onRetry}>{strings.common.retry}</Button>
          </div>
        )}
      </div>
    </div>
  );
}
