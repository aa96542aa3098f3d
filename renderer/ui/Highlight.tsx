import { Fragment } from "react";

/** A text with the searched words, which are in lower case, marked: of each word its first place. */
export function Highlight({ text, terms }: { text: string; terms: readonly string[] }) {
  const hits = hitsOf(text, terms);
  if (hits.length === 0) return text;
  return (
    <>
      {hits.map(({ from, to }, index) => (
        <Fragment key={from}>
          {text.slice(hits[index - 1]?.to ?? 0, from)}
          <mark className="rounded-sm bg-accent-soft text-accent">{text.slice(from, to)}</mark>
        </Fragment>
      ))}
      {text.slice(hits.at(-1)?.to)}
    </>
  );
}

interface Stretch {
  readonly from: number;
  to: number;
}

/** In the order of the text; words that overlap or touch share a mark. */
function hitsOf(text: string, terms: readonly string[]): Stretch[] {
  const lower = text.toLowerCase();
  // Lower case may be longer than its text ("İ"): places would be wrong, and nothing is marked.
  if (lower.length !== text.length) return [];
  const found = terms
    .filter((term) => term !== "")
    .map((term) => ({ from: lower.indexOf(term), to: lower.indexOf(term) + term.length }))
    .filter(({ from }) => from >= 0)
    .sort((a, b) => a.from - b.from);
  const joined: Stretch[] = [];
  for (const one of found) {
    const last = joined.at(-1);
    if (last !== undefined && one.from <= last.to) last.to = Math.max(last.to, one.to);
    else joined.push(one);
  }
  return joined;
}
