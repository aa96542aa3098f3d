import type { ReactNode } from "react";

/** One sentence, and at most one main action and one alternative. */
export function EmptyState({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-8 text-center">
      <p className="font-medium">{title}</p>
      {text !== undefined && <p className="max-w-sm text-text-2">{text}</p>}
      {children !== undefined && <div className="flex flex-wrap justify-center gap-2 pt-2">{children}</div>}
    </div>
  );
}
