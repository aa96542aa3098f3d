import { TriangleAlert } from "lucide-react";
import { strings } from "../../strings.ts";
import type { ConfigGap } from "./config-preview.ts";

/** What a valid configuration lacks to be of use. It may be kept all the same: its file may be completed later. */
export function ConfigGaps({ gaps }: { gaps: readonly ConfigGap[] }) {
  if (gaps.length === 0) return null;
  return (
    <ul role="status" className="flex flex-col gap-1">
      {gaps.map((gap) => (
        <li key={gap} className="flex items-center gap-2">
          <TriangleAlert className="size-4 shrink-0 text-warn" aria-hidden="true" />
          <span>{strings.importConfig.gaps[gap]}</span>
        </li>
      ))}
    </ul>
  );
}
