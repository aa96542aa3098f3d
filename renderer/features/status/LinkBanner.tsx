import { Unplug } from "lucide-react";
import { useBridgeState } from "../../bridge/use-bridge-state.ts";
import { strings } from "../../strings.ts";

/** Says that the page lost its host. Shells go on there, and the text here stays. */
export function LinkBanner() {
  if (useBridgeState() !== "lost") return null;
  return (
    <div role="alert" className="flex min-h-8 shrink-0 items-center justify-center gap-2 bg-warn-soft px-3 py-1">
      <Unplug className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p>
        <span className="font-medium">{strings.link.lost}</span>{" "}
        <span className="text-text-2">{strings.link.lostText}</span>
      </p>
    </div>
  );
}
