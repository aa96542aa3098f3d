import { ScrollArea } from "@base-ui/react/scroll-area";
import type { ReactNode, Ref } from "react";
import { cx } from "./class-names.ts";

const BAR =
  "flex rounded-sm opacity-0 transition-opacity duration-100 data-hovering:opacity-100 data-scrolling:opacity-100";
const THUMB = "rounded-sm bg-line-strong";

/**
 * A place that scrolls with the pointer and, as a stop of its own, with the keyboard. `steady`: its bar stays, where nothing that
 * is cut by the edge says that there is more.
 */
export function Scroll({
  className,
  inner,
  steady,
  viewport,
  children,
}: {
  className?: string;
  inner?: string;
  steady?: boolean;
  /** What scrolls. */
  viewport?: Ref<HTMLDivElement>;
  children: ReactNode;
}) {
  return (
    <ScrollArea.Root className={cx("relative overflow-hidden", className)}>
      <ScrollArea.Viewport ref={viewport} className={cx("focus-inset h-full max-h-full overscroll-contain", inner)}>
        {children}
      </ScrollArea.Viewport>
      <ScrollArea.Scrollbar orientation="vertical" className={cx(BAR, "w-2 p-px", steady === true && "opacity-100")}>
        <ScrollArea.Thumb className={cx(THUMB, "w-full")} />
      </ScrollArea.Scrollbar>
      <ScrollArea.Scrollbar orientation="horizontal" className={cx(BAR, "h-2 flex-col p-px")}>
        <ScrollArea.Thumb className={cx(THUMB, "h-full")} />
      </ScrollArea.Scrollbar>
    </ScrollArea.Root>
  );
}
