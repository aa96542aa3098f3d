import type { ReactNode } from "react";
import { cx } from "./class-names.ts";

const TONES = {
  neutral: "border-line-strong text-text-2",
  accent: "border-transparent bg-accent-soft text-accent",
  bad: "border-transparent bg-bad-soft text-bad",
  ok: "border-transparent bg-ok-soft text-ok",
  warn: "border-transparent bg-warn-soft text-warn",
} as const;

export function Badge({ tone = "neutral", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-4 shrink-0 items-center rounded-sm border px-1 text-xs leading-none font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
