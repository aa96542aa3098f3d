import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { Scroll } from "./Scroll.tsx";

/** A dense table that scrolls sideways in a narrow place. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Scroll className="shrink-0 rounded-md border border-line">
      <table aria-label={label} className="w-full border-collapse text-left tabular-nums">
        {children}
      </table>
    </Scroll>
  );
}

export function HeadCell({ right, children }: { right?: boolean; children: ReactNode }) {
  return (
    <th
      scope="col"
      className={cx(
        "h-7 border-b border-line bg-chrome px-3 text-xs font-medium whitespace-nowrap text-text-3",
        right === true && "text-right",
      )}
    >
      {children}
    </th>
  );
}

export function Cell({
  mono,
  right,
  title,
  children,
}: {
  mono?: boolean;
  right?: boolean;
  title?: string;
  children: ReactNode;
}) {
  return (
    <td
      title={title}
      className={cx(
        "h-7 border-b border-line px-3 whitespace-nowrap in-[tr:last-child]:border-b-0",
        mono === true && "font-mono text-xs",
        right === true && "text-right",
      )}
    >
      {children}
    </td>
  );
}
