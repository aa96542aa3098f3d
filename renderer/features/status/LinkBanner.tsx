import { Unplug } from "lucide-react";
import { useState } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { useBridgeState, useHostSilence } from "../../bridge/use-bridge-state.ts";
import { useEngineSilence } from "../../state/engine-silence.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { cx } from "../../ui/class-names.ts";

type Trouble = "lost" | "gone" | "silent" | "engine";

/**
 * The page lost its host: for a moment, while shells go on there, or for good, as far as it can know; or it is silent, or its
 * engine is.
 */
export function useLinkTrouble(): Trouble | null {
  const state = useBridgeState();
  const isSilent = useHostSilence();
  const isEngineSilent = useEngineSilence((engine) => engine.isSilent);
  if (state === "lost" || state === "gone") return state;
  if (isSilent) return "silent";
  return isEngineSilent ? "engine" : null;
}

/** Says so in the status bar's place where there is no status bar: on a page without one, and in a dialog before it. */
export function LinkBanner() {
  const trouble = useLinkTrouble();
  if (trouble === null) return null;
  return <LinkNotice trouble={trouble} className="min-h-8 shrink-0 justify-center bg-warn-soft px-3" />;
}

export function LinkNotice({ trouble, className }: { trouble: Trouble; className: string }) {
  const bridge = useBridge();
  const [what, text] = words()[trouble];
  return (
    <div role="alert" className={cx("flex items-center gap-2", className)}>
      <Unplug className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 py-1">
        <span className="font-medium">{what}</span> <span className="text-text-2">{text}</span>
      </p>
      {trouble === "gone" && (
        <Button className="h-6! px-2!" onClick={() => bridge.tryNow()}>
          {strings.link.tryNow}
        </Button>
      )}
      {trouble === "engine" && <RestartEngine />}
    </div>
  );
}

function RestartEngine() {
  const bridge = useBridge();
  const [isAsked, setAsked] = useState(false);
  const restart = (): void => {
    setAsked(true);
    // The answer goes with the link, as a rule: the window comes back to another engine.
    void bridge.call("engine.restart", {}).catch(() => undefined);
  };
  return (
    <Button className="h-6! px-2!" busy={isAsked} onClick={restart}>
      {strings.link.restartEngine}
    </Button>
  );
}

function words(): Record<Trouble, readonly [what: string, text: string]> {
  const s = strings.link;
  return {
    lost: [s.lost, s.lostText],
    gone: [s.gone, s.goneText],
    silent: [s.silent, s.silentText],
    engine: [s.engineSilent, s.engineSilentText],
  };
}
