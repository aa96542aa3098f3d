import { Unplug } from "lucide-react";
import type { BridgeState } from "../../bridge/bridge.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState, useHostSilence } from "../../bridge/use-bridge-state.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";

/** Says that the page lost its host: for a moment, while shells go on there, or for good, as far as it can know; or that it is silent. */
export function LinkBanner() {
  const bridge = useBridge();
  const state = useBridgeState();
  const isSilent = useHostSilence();
  if (state !== "lost" && state !== "gone" && !isSilent) return null;
  const isGone = state === "gone";
  const [what, text] = wordsOf(state);
  return (
    <div
      role="alert"
      className="flex min-h-8 shrink-0 flex-wrap items-center justify-center gap-x-2 gap-y-1 bg-warn-soft px-3 py-1"
    >
      <Unplug className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0">
        <span className="font-medium">{what}</span> <span className="text-text-2">{text}</span>
      </p>
      {isGone && <Button onClick={() => bridge.tryNow()}>{strings.link.tryNow}</Button>}
    </div>
  );
}

function wordsOf(state: BridgeState): readonly [what: string, text: string] {
  const words = strings.link;
  if (state === "gone") return [words.gone, words.goneText];
  return state === "lost" ? [words.lost, words.lostText] : [words.silent, words.silentText];
}
