import { ScrollArea } from "@base-ui/react/scroll-area";
import { type ReactNode, useRef } from "react";
import { cx } from "./class-names.ts";
import { Figures } from "./Figures.tsx";
import { Term } from "./Term.tsx";
import { useWholeAddresses } from "./use-whole-addresses.ts";

/** Each row as lines of what its cells hold, the first of them alone in its line. */
const STACKED =
  "@max-lg:block @max-lg:*:block @max-lg:[&_tr]:flex @max-lg:[&_tr]:flex-wrap @max-lg:[&_tr]:gap-x-3 @max-lg:[&_tr]:gap-y-1 @max-lg:[&_tr]:border-b @max-lg:[&_tr]:border-line @max-lg:[&_tr]:px-3 @max-lg:[&_tr]:py-1.5 @max-lg:[&_tbody_tr:last-child]:border-b-0 @max-lg:[&_td]:h-auto @max-lg:[&_td]:min-w-0 @max-lg:[&_td]:border-b-0 @max-lg:[&_td]:p-0! @max-lg:[&_td:first-child]:basis-full @max-lg:[&_th]:border-b-0 @max-lg:[&_th]:-ms-1 @max-lg:[&_th]:p-0! @max-lg:[&_thead]:bg-chrome";

/**
 * A dense table that scrolls sideways where it does not fit: with the pointer and, as a named stop of its own, with the
 * keyboard. What is out of sight is told by a bar that stays and by a fading edge. One that `stacks` has lines instead (WCAG 1.4.10).
 */
export function Table({ label, stacks, children }: { label: string; stacks?: boolean; children: ReactNode }) {
  const viewport = useRef<HTMLDivElement>(null);
  useWholeAddresses(viewport);
  return (
    <ScrollArea.Root className="group relative shrink-0 overflow-hidden rounded-md border border-line">
      <ScrollArea.Viewport ref={viewport} role="group" aria-label={label} className="focus-inset overscroll-x-contain">
        <table
          aria-label={label}
          className={cx("w-full border-collapse text-left tabular-nums rtl:text-right", stacks === true && STACKED)}
        >
          {children}
        </table>
        <div className="hidden h-2.5 group-data-has-overflow-x:block" />
      </ScrollArea.Viewport>
      <Edge className="left-0 bg-linear-to-r opacity-0 group-data-overflow-x-start:opacity-100" />
      <Edge className="right-0 bg-linear-to-l opacity-0 group-data-overflow-x-end:opacity-100" />
      <ScrollArea.Scrollbar
        orientation="horizontal"
        className="flex h-2.5 flex-col border-t border-line bg-chrome p-px"
      >
        <ScrollArea.Thumb className="h-full rounded-sm bg-field-line" />
      </ScrollArea.Scrollbar>
    </ScrollArea.Root>
  );
}

function Edge({ className }: { className: string }) {
  return (
    <div
      aria-hidden="true"
      className={cx("pointer-events-none absolute inset-y-0 w-10 from-chrome to-transparent", className)}
    />
  );
}

/** `parts` says in a second line what the figures of a cell are, in their order; `meaning` explains what is not obvious; `wraps`: it takes no more room than its figures. */
export function HeadCell({
  right,
  parts,
  meaning,
  wraps,
  children,
}: {
  right?: boolean;
  wraps?: boolean;
  parts?: string;
  meaning?: string;
  children: ReactNode;
}) {
  return (
    <th
      scope="col"
      className={cx(
        "h-7 border-b border-line bg-chrome px-2 py-1 align-top text-xs font-medium text-text-3 first:pl-3 last:pr-3",
        right === true && "text-right",
        wraps !== true && "whitespace-nowrap",
      )}
    >
      {meaning === undefined ? children : <Term meaning={meaning}>{children}</Term>}
      {parts !== undefined && <span className="block font-normal">{parts}</span>}
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
        "h-(--row) border-b border-line px-2 whitespace-nowrap first:pl-3 last:pr-3 in-[tr:last-child]:border-b-0",
        mono === true && "font-mono text-xs",
        right === true && "text-right",
      )}
    >
      {right === true ? <Figures>{children}</Figures> : children}
    </td>
  );
}
