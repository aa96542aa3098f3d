import { CircleDot, Square } from "lucide-react";
import { useEffect, useRef } from "react";
import { useWindow } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { Hint } from "../../ui/Hint.tsx";
import type { CaptureSwitch } from "./use-capture.ts";

/** In the head of the pane, so that it is found; a narrow pane shows its shape only. */
export function CaptureButton({ capture: { running, busy, toggle } }: { capture: CaptureSwitch }) {
  const s = strings.stats.capture;
  const place = useRef<HTMLButtonElement>(null);
  const asked = useWindow(({ captureAsked }) => captureAsked);
  useEffect(() => {
    if (asked > 0) place.current?.focus();
  }, [asked]);
  const label = running ? s.stop : s.start;
  return (
    <Hint text={running ? s.stop : s.about}>
      <Button
        ref={place}
        busy={busy}
        onClick={toggle}
        aria-label={label}
        look={running ? "danger" : "plain"}
        icon={running ? <Square className="size-3.5" /> : <CircleDot className="size-3.5" />}
      >
        <span className="hidden @xl:inline">{label}</span>
      </Button>
    </Hint>
  );
}
