import { cx } from "./class-names.ts";

/** A name that is cut in its middle when room is scarce, as machines differ at both ends: "quiet-brook-1468" → "qui…-1468". */
export function MiddleText({ text, className }: { text: string; className?: string }) {
  const end = /.-\d+$/.test(text) ? text.lastIndexOf("-") : text.length;
  return (
    <span dir="auto" className={cx("flex min-w-0 overflow-hidden whitespace-nowrap", className)}>
      <span className="truncate">{text.slice(0, end)}</span>
      <span className="shrink-0">{text.slice(end)}</span>
    </span>
  );
}
