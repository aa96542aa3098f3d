import type { ReactNode } from "react";

/** Names and what they are, a line each: for details that are read and copied, not changed. */
export function FactList({ facts }: { facts: readonly (readonly [name: string, fact: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, fact]) => (
        <div key={name} className="col-span-2 grid min-h-6 grid-cols-subgrid items-center">
          <dt className="text-text-3">{name}</dt>
          <dd className="min-w-0 break-words">{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
