/** A keyboard shortcut, for example "Ctrl+Shift+T". */
export function Keys({ keys }: { keys: string }) {
  return (
    <kbd className="rounded-sm border border-line-strong px-1 font-sans text-xs whitespace-nowrap text-text-3">
      {keys}
    </kbd>
  );
}
