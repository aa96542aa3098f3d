import { History } from "lucide-react";
import { strings } from "../strings.ts";
import { age } from "./format.ts";
import { useNow } from "./use-now.ts";

/** Says that what is shown is old, and how old: `asOf` is when it was answered, in milliseconds since the epoch. */
export function StaleNote({ asOf }: { asOf: number }) {
  const now = useNow(1000);
  return (
    <p className="flex items-center gap-1.5 text-xs text-text-2">
      <History className="size-3.5 text-warn" aria-hidden="true" />
      {strings.common.asOf(age(now - asOf))}
    </p>
  );
}
