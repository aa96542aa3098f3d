import { Fragment } from "react";

/** A text with the letters at these places marked; neighbours share a mark. */
export function Marked({ text, marks }: { text: string; marks: readonly number[] }) {
  if (marks.length === 0) return text;
  const set = new Set(marks);
  const parts: { at: number; text: string; isMarked: boolean }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const isMarked = set.has(at);
    const last = parts.at(-1);
    if (last?.isMarked === isMarked) last.text += text[at];
    else parts.push({ at, text: text[at] ?? "", isMarked });
  }
  return parts.map((part) =>
    part.isMarked ? (
      <mark key={part.at} className="rounded-sm bg-accent-soft text-accent">
        {part.text}
      </mark>
    ) : (
      <Fragment key={part.at}>{part.text}</Fragment>
    ),
  );
}
