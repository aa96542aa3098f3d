import { middleCut } from "./format.ts";

/**
 * An address or a key that is shown without its middle. All of it is in the tooltip, is read aloud, and is what a selection copies:
 * the middle is there without a size, and the dots are drawn only.
 */
export function LongAddress({ text, keep }: { text: string; keep?: readonly [start: number, end: number] }) {
  const [start, middle, end] = middleCut(text, ...(keep ?? []));
  if (middle === "") return text;
  return (
    <span title={text}>
      {start}
      <span className="text-[0px] leading-[0] after:text-xs after:content-['…']">{middle}</span>
      {end}
    </span>
  );
}
