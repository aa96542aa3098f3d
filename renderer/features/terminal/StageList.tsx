import { Check, Minus, X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Stage } from "../../../shared/models.ts";
import { strings } from "../../strings.ts";
import { cx } from "../../ui/class-names.ts";
import { duration } from "../../ui/format.ts";
import { useNow } from "../../ui/use-now.ts";

/** The named steps of connecting, along a pipe that fills as they are done, with the time of each. */
export function StageList({ stages }: { stages: readonly Stage[] }) {
  return (
    <ol aria-label={strings.shell.stages} className="flex flex-col">
      {stages.map((stage, index) => (
        <StageRow key={stage.name} stage={stage} last={index === stages.length - 1} />
      ))}
    </ol>
  );
}

const PIPE: Record<Stage["state"], string> = {
  done: "bg-ok",
  running: "pipe-flow",
  failed: "bg-bad",
  waiting: "bg-line",
};

function StageRow({ stage, last }: { stage: Stage; last: boolean }) {
  return (
    <li className="flex gap-3" aria-label={strings.stages.spoken(strings.stages.names[stage.name], stage.state)}>
      <span className="flex w-4 flex-col items-center">
        <StageShape state={stage.state} />
        {!last && <span className={cx("min-h-3 w-0.5 flex-1", PIPE[stage.state])} />}
      </span>
      <span className="flex min-w-0 flex-1 flex-col pb-2">
        <span className="flex items-baseline gap-3">
          <span
            className={cx(
              "flex-1 leading-4",
              stage.state === "waiting" && "text-text-3",
              stage.state === "failed" && "font-medium text-bad",
              stage.state === "running" && "font-medium",
            )}
          >
            {strings.stages.names[stage.name]}
          </span>
          <span className="font-mono text-xs leading-4 text-text-3">
            <StageTime stage={stage} />
          </span>
        </span>
        {stage.detail !== null && <span className="text-xs break-words text-text-3">{stage.detail}</span>}
      </span>
    </li>
  );
}

function StageShape({ state }: { state: Stage["state"] }) {
  const box = "flex size-4 shrink-0 items-center justify-center rounded-full border";
  if (state === "done") {
    return (
      <span className={cx(box, "border-ok bg-ok-soft text-ok")}>
        <Check className="size-3" strokeWidth={2.5} aria-hidden="true" />
      </span>
    );
  }
  if (state === "failed") {
    return (
      <span className={cx(box, "border-bad bg-bad-soft text-bad")}>
        <X className="size-3" strokeWidth={2.5} aria-hidden="true" />
      </span>
    );
  }
  if (state === "running") {
    return (
      <span className={cx(box, "border-accent text-accent")}>
        <span className="breathing size-2 rounded-full bg-accent" />
      </span>
    );
  }
  return (
    <span className={cx(box, "border-line-strong text-text-3")}>
      <Minus className="size-2" aria-hidden="true" />
    </span>
  );
}

/** What the host measured; while the step runs, what has passed since this window saw it begin. */
function StageTime({ stage }: { stage: Stage }) {
  const running = stage.state === "running";
  const began = useRef<number | undefined>(undefined);
  const now = useNow(100, running);
  useEffect(() => {
    began.current = running ? Date.now() : undefined;
  }, [running]);
  if (running) {
    const passed = now - (began.current ?? now);
    return passed < 100 ? "" : duration(passed);
  }
  return stage.durationMs === null ? "" : duration(stage.durationMs);
}
