import type { ErrorInfo } from "../../../shared/errors.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { goToLine } from "./ConfigEditor.tsx";

/** Why a configuration was not imported, line by line; each leads to its line in the editor. */
export function ImportErrors({
  error,
  more,
  onLine = goToLine,
}: {
  error: ErrorInfo;
  more?: number | undefined;
  onLine?: (line: number) => void;
}) {
  const lines = error.lines ?? [];
  // The detail is the same lines in one sentence, for logs and the command line.
  const shown: ErrorInfo = lines.length > 0 ? { code: error.code } : error;
  return (
    <ErrorNote error={shown}>
      {lines.length > 0 && (
        <ul aria-label={strings.importConfig.errors} className="flex flex-col">
          {lines.map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              <button
                type="button"
                className="min-h-6 rounded-sm text-left hover:underline"
                onClick={() => onLine(line)}
              >
                <span className="font-medium text-bad">{strings.importConfig.line(line)}</span> {message}
              </button>
            </li>
          ))}
        </ul>
      )}
      {more !== undefined && <p>{strings.importConfig.more(more)}</p>}
    </ErrorNote>
  );
}
