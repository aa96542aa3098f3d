import { cx } from "./class-names.ts";

/** Shape and colour of a state; the word stands beside it or in the accessible name. */
export type Status = "running" | "starting" | "stopped" | "silent" | "trouble" | "unknown";

const COLOURS: Record<Status, string> = {
  running: "text-ok",
  starting: "text-warn",
  stopped: "text-text-3",
  silent: "text-warn",
  trouble: "text-bad",
  unknown: "text-text-3",
};

/** `still`: for what was, which does not move any more. */
export function StatusShape({ status, still, className }: { status: Status; still?: boolean; className?: string }) {
  const look = cx("block size-3 shrink-0", COLOURS[status], className);
  // The two that most rows have cost least: see styles.css.
  if (status === "running" || status === "stopped") {
    const shape = status === "running" ? "drawn-disc" : "drawn-ring";
    return <span aria-hidden="true" data-status={status} className={cx(look, shape)} />;
  }
  return (
    <svg
      viewBox="0 0 12 12"
      fill="none"
      aria-hidden="true"
      data-status={status}
      className={cx(look, status === "starting" && still !== true && "breathing")}
    >
      {status === "starting" && (
        <>
          <circle cx="6" cy="6" r="3.75" stroke="currentColor" strokeWidth="1.5" />
          <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
        </>
      )}
      {status === "silent" && <path d="M6 2.25 10.25 10h-8.5z" stroke="currentColor" strokeWidth="1.5" />}
      {status === "trouble" && <path d="M6 1.5 11 10.5H1z" fill="currentColor" />}
      {status === "unknown" && (
        <circle cx="6" cy="6" r="3.75" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />
      )}
    </svg>
  );
}
