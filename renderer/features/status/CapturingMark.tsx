import { CircleDot } from "lucide-react";
import { useTunnelNames } from "../../state/network-names.ts";
import { useTunnels } from "../../state/tunnel-store.ts";
import { showCapture } from "../../state/window-store.ts";
import { strings } from "../../strings.ts";
import { bytes } from "../../ui/format.ts";
import { Hint } from "../../ui/Hint.tsx";

/** What passes inside a tunnel is being written to a file: said as long as it is so, whatever is open. Leads to it. */
export function CapturingMark() {
  const captured = useTunnels(({ tunnels }) => tunnels.find(({ capture }) => capture?.state === "running"));
  const tunnelName = useTunnelNames();
  if (captured === undefined) return null;
  const s = strings.statusBar;
  return (
    <Hint text={s.capturingHint(tunnelName(captured), bytes(captured.capture?.bytes ?? 0))}>
      <button
        type="button"
        onClick={() => showCapture(captured.id)}
        className="flex h-6 shrink-0 items-center gap-1 rounded-md bg-bad-soft px-2 font-medium text-bad hover:underline"
      >
        <CircleDot className="breathing size-3.5" aria-hidden="true" />
        {s.capturing}
      </button>
    </Hint>
  );
}
