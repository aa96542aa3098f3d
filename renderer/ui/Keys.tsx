/** A keyboard shortcut, for example "Ctrl+Shift+T"; keys that are pressed one after the other stand apart by a space. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      {keys.split(" ").map((part) => (
        <kbd
          key={part}
          className="rounded-sm border border-line-strong px-1 font-sans text-xs whitespace-nowrap text-text-3"
        >
          {part}
        </kbd>
      ))}
    </span>
  );
}
