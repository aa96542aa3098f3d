import { cx } from "./class-names.ts";
import { middleCut } from "./format.ts";

const CUT = "text-[0px] leading-[0] after:text-xs after:content-['…']";
const UNLESS_WHOLE = "in-data-whole:text-xs in-data-whole:leading-[inherit] in-data-whole:after:content-none";

/**
 * An address or a key that is shown without its middle; an address in a table that has room for it is shown whole. All of it is in
 * the tooltip, is read aloud, and is what a selection copies: the middle is there without a size, and the dots are drawn only.
 */
export function LongAddress({ text, keep }: { text: string; keep?: readonly [start: number, end: number] }) {
  const [start, middle, end] = middleCut(text, ...(keep ?? []));
  if (middle === "") return text;
  return (
    <span title={text} data-address={keep === undefined || undefined}>
      {start}
      <span className={cx(CUT, keep === undefined && UNLESS_WHOLE)}>{middle}</span>
      {end}
    </span>
  );
}
