import type { ReactNode } from "react";

/** Figures with their units read from left to right wherever they stand: "0.7 ms" in no page is "ms 0.7". */
export function Figures({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <bdi dir="ltr" className={className}>
      {children}
    </bdi>
  );
}
