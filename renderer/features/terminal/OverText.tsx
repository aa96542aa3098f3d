import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import type { TerminalController } from "./terminal-controller.ts";

interface OverTextProps {
  controller: TerminalController;
  /** They are at the bottom, wherever the cursor is: what lies over the terminal leaves them their room there. */
  isBelow: boolean;
  children: ReactNode;
}

/**
 * Bars that come and go by themselves, one above the other. They lie over the text, at the end where the cursor is not: if they
 * took rows from it, each would tell the program of a new size, which then draws itself anew, and move what is being read. They
 * go to the other end when the cursor gets under them.
 */
export function OverText({ controller, isBelow, children }: OverTextProps) {
  const { cursorLine } = controller;
  const [isAbove, setAbove] = useState(() => !cursorLine.isHigh);
  const bars = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = (): void => {
      const box = bars.current;
      const pane = box?.parentElement;
      if (box == null || pane == null) return;
      const share = pane.clientHeight === 0 ? 0 : box.offsetHeight / pane.clientHeight;
      setAbove((was) => (box.childElementCount === 0 || cursorLine.isUnder(was, share) ? !cursorLine.isHigh : was));
    };
    const unlisten = cursorLine.onMove(place);
    const sizes = new ResizeObserver(place);
    if (bars.current !== null) sizes.observe(bars.current);
    place();
    return () => {
      unlisten();
      sizes.disconnect();
    };
  }, [cursorLine]);
  const isAtTop = isAbove && !isBelow;
  return (
    <div
      ref={bars}
      data-over-text={isAtTop ? "top" : "bottom"}
      className={cx(
        "pointer-events-auto flex shrink-0 flex-col divide-y divide-line border-line empty:hidden",
        isAtTop ? "order-first mb-auto border-b" : "border-t",
      )}
    >
      {children}
    </div>
  );
}
