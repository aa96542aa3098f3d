import type { ReactNode } from "react";
import { Term } from "./Term.tsx";

type Fact = readonly [name: string, fact: ReactNode, meaning?: string];

/** Names and what they are, a line each: for details that are read and copied, not changed. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, fact, meaning]) => (
        <div key={name} className="col-span-2 grid min-h-6 grid-cols-subgrid items-center">
          <dt className="text-text-3">{meaning === undefined ? name : <Term meaning={meaning}>{name}</Term>}</dt>
          <dd className="min-w-0 break-words">{fact}</dd>
        </div>
      ))}
    </dl>
  );
}
