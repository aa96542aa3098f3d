/** A text with the first of the searched words, which are in lower case, marked. */
export function Highlight({ text, terms }: { text: string; terms: readonly string[] }) {
  const lower = text.toLowerCase();
  // Lower case may be longer than its text ("İ"): places would be wrong, and nothing is marked.
  const hit =
    lower.length === text.length
      ? terms.map((term) => ({ at: lower.indexOf(term), length: term.length })).find(({ at }) => at >= 0)
      : undefined;
  if (hit === undefined) return text;
  return (
    <>
      {text.slice(0, hit.at)}
      <mark className="rounded-sm bg-accent-soft text-accent">{text.slice(hit.at, hit.at + hit.length)}</mark>
      {text.slice(hit.at + hit.length)}
    </>
  );
}
