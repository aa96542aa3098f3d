import type { ReactNode } from "react";
import { cx } from "../../ui/class-names.ts";
import { Figures } from "../../ui/Figures.tsx";

/** From which width of the bar on. */
const FROM = {
  always: "flex",
  sm: "hidden @sm:flex",
  lg: "hidden @lg:flex",
  "3xl": "hidden @3xl:flex",
  "5xl": "hidden @5xl:flex",
} as const;

/** One figure of the status bar with its name, which is seen or only spoken. */
export function Figure({
  name,
  title,
  from = "always",
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
        "items-center gap-1 whitespace-nowrap tabular-nums",
        FROM[from],
        shrink === true ? "min-w-0 shrink" : "shrink-0",
      )}
    >
      <span className={shown === true ? "text-text-3" : "sr-only"}>{name}</span>
      <Figures className={cx(shrink === true && "truncate")}>{children}</Figures>
    </span>
  );
}
