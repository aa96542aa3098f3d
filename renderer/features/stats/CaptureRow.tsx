import { CircleDot } from "lucide-react";
import { actionFor, type ErrorInfo, sentenceFor } from "../../../shared/errors.ts";
import type { Capture } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { cx } from "../../ui/class-names.ts";
import { bytes, integer } from "../../ui/format.ts";
import { Term } from "../../ui/Term.tsx";
import { fileName } from "./stats-json.ts";

/** The capture that runs, or the last one: its file, how much it holds, why it ended. `error` is of the last click. */
export function CaptureRow({ capture, error }: { capture: Capture | null; error: ErrorInfo | null }) {
  if (capture === null && error === null) return null;
  const s = strings.stats.capture;
  const fault = error ?? capture?.error ?? null;
  const running = capture?.state === "running";
  return (
    <section
      aria-label={s.title}
      className={cx("flex shrink-0 flex-col gap-1 border-b border-line px-3 py-1", running && "bg-bad-soft")}
    >
      {capture !== null && (
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 tabular-nums">
          <span className={cx("flex items-center gap-1.5 font-medium", running && "text-bad")}>
            <CircleDot className={cx("size-3.5", running && "breathing")} aria-hidden="true" />
            {s.states[capture.state]}
          </span>
          {capture.bytes === 0 ? <span className="text-text-2">{s.noFile}</span> : <CapturedFile capture={capture} />}
        </div>
      )}
      {fault !== null && (
        <p role="alert" className="text-bad">
          <Fault fault={fault} /> {s.remedies[fault.code] ?? actionFor(fault.code)}
        </p>
      )}
    </section>
  );
}

function CapturedFile({ capture }: { capture: Capture }) {
  const s = strings.stats.capture;
  const running = capture.state === "running";
  return (
    <>
      <span className="flex min-w-0 items-center gap-1">
        {/* Its folder is nobody's business who looks over the shoulder: it is told on request. */}
        <span className="min-w-0 truncate font-mono text-xs">
          <Term meaning={s.inFolder(capture.path)}>{fileName(capture.path)}</Term>
        </span>
        <CopyButton text={capture.path} label={s.copyPath} />
      </span>
      <span className="text-text-2">
        {s.figures(integer(capture.packets), bytes(capture.bytes), running ? bytes(capture.limitBytes) : null)}
        {capture.dropped > 0 && `, ${s.dropped(integer(capture.dropped))}`}
      </span>
      {s.ends[capture.state] !== "" && <span className="text-text-2">{s.ends[capture.state]}</span>}
      {!running && capture.error === null && <span className="text-text-2">{s.wireshark}</span>}
    </>
  );
}

/** What happened. Its details may name the folder, so they are told on request, too. */
function Fault({ fault: { code, detail } }: { fault: ErrorInfo }) {
  return detail === undefined ? sentenceFor(code) : <Term meaning={detail}>{sentenceFor(code)}</Term>;
}
