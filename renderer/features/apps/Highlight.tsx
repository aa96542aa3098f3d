/** A text with the parts that the filter found marked. */
export function Highlight({ text, terms }: { text: string; terms: readonly string[] }) {
  const lower = text.toLowerCase();
  const hit = terms.map((term) => ({ at: lower.indexOf(term), length: term.length })).find(({ at }) => at >= 0);
  if (hit === undefined) return text;
  return (
    <>
      {text.slice(0, hit.at)}
      <mark className="rounded-sm bg-accent-soft text-accent">{text.slice(hit.at, hit.at + hit.length)}</mark>
      {text.slice(hit.at + hit.length)}
    </>
  );
}
