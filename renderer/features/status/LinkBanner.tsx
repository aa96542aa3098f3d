import { Unplug } from "lucide-react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState } from "../../bridge/use-bridge-state.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** Says that the page lost its host: for a moment, while shells go on there, or for good, as far as it can know. */
export function LinkBanner() {
  const bridge = useBridge();
  const state = useBridgeState();
  if (state !== "lost" && state !== "gone") return null;
  const isGone = state === "gone";
  const words = strings.link;
  return (
    <div
      role="alert"
      className="flex min-h-8 shrink-0 flex-wrap items-center justify-center gap-x-2 gap-y-1 bg-warn-soft px-3 py-1"
    >
      <Unplug className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0">
        <span className="font-medium">{isGone ? words.gone : words.lost}</span>{" "}
        <span className="text-text-2">{isGone ? words.goneText : words.lostText}</span>
      </p>
      {isGone && <Button onClick={() => bridge.tryNow()}>{words.tryNow}</Button>}
    </div>
  );
}
