import type { ReactNode } from "react";
import { cx } from "../../ui/class-names.ts";

const FROM = { md: "hidden @2xl:inline-flex", lg: "hidden @4xl:inline-flex" } as const;

/** One figure of the status bar with its name, which is seen or only spoken. */
export function Figure({
  name,
  title,
  from,
  shown,
  shrink,
  children,
}: {
  name: string;
  title?: string;
  /** Leaves the bar when that is narrower than this. */
  from?: keyof typeof FROM;
  shown?: boolean;
  shrink?: boolean;
  children: ReactNode;
}) {
  return (
    <span
      title={title ?? name}
      className={cx(
        "items-center gap-1 whitespace-nowrap text-text-2 tabular-nums",
        from === undefined ? "inline-flex" : FROM[from],
        shrink === true ? "min-w-0 shrink truncate" : "shrink-0",
      )}
    >
      <span className={shown === true ? "text-text-3" : "sr-only"}>{name}</span>
      <span className={shrink === true ? "truncate" : undefined}>{children}</span>
    </span>
  );
}
