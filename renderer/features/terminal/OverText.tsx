import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import { pageClock } from "./page-clock.ts";
import type { TerminalController } from "./terminal-controller.ts";

/** What a program makes a bar ask has to be where it is for so long before a click on it counts. */
const SETTLE_MS = 500;

interface OverTextProps {
  controller: TerminalController;
  /** They are at the bottom, wherever the cursor is: what lies over the terminal leaves them their room there. */
  isBelow: boolean;
  children: ReactNode;
}

/**
 * Bars that come and go by themselves, one above the other. They lie over the text, at the end where the cursor is not: if they
 * took rows from it, each would tell the program of a new size, which then draws itself anew, and move what is being read. They
 * go to the other end when the cursor gets under them, unless somebody is about to press a button there.
 *
 * When they come and where they are, programs decide: a click that was meant for what was there before answers no question
 * of theirs (complaint 26).
 */
export function OverText({ controller, isBelow, children }: OverTextProps) {
  const { cursorLine } = controller;
  const [isAbove, setAbove] = useState(() => !cursorLine.isHigh);
  const bars = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = bars.current;
    const pane = box?.parentElement;
    if (box == null || pane == null) return;
    let settledAt = 0;
    const moved = (): void => {
      settledAt = pageClock.now() + SETTLE_MS;
    };
    const place = (): void => {
      const isEmpty = box.childElementCount === 0;
      if (!isEmpty && box.matches(":hover, :focus-within")) return;
      const share = pane.clientHeight === 0 ? 0 : box.offsetHeight / pane.clientHeight;
      setAbove((was) => (isEmpty || cursorLine.isUnder(was, share) ? !cursorLine.isHigh : was));
    };
    const judgeClick = (event: MouseEvent): void => {
      const isAnswer = event.target instanceof Element && event.target.closest("[data-asked-by-program]") !== null;
      if (isAnswer && pageClock.now() < settledAt) event.stopPropagation();
    };
    const blurred = ({ relatedTarget }: FocusEvent): void => {
      if (!(relatedTarget instanceof Node && box.contains(relatedTarget))) place();
    };
    const unlisten = cursorLine.onMove(place);
    const sizes = new ResizeObserver(() => {
      moved();
      place();
    });
    const changes = new MutationObserver(moved);
    sizes.observe(box);
    changes.observe(box, { childList: true, attributeFilter: ["data-over-text"] });
    box.addEventListener("click", judgeClick, { capture: true });
    box.addEventListener("pointerleave", place);
    box.addEventListener("focusout", blurred);
    moved();
    place();
    return () => {
      unlisten();
      sizes.disconnect();
      changes.disconnect();
      box.removeEventListener("click", judgeClick, { capture: true });
      box.removeEventListener("pointerleave", place);
      box.removeEventListener("focusout", blurred);
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
