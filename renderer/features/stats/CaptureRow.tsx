import { useMutation } from "@tanstack/react-query";
import { CircleDot, Square } from "lucide-react";
import { sentenceFor } from "../../../shared/errors.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { takeTunnels } from "../../state/tunnel-store.ts";
import { strings } from "../../strings.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { bytes, integer } from "../../ui/format.ts";

/** Starts and ends the packet capture of a tunnel's inside, and says where its file is. */
export function CaptureRow({ tunnel: { id, capture } }: { tunnel: Tunnel }) {
  const bridge = useBridge();
  const s = strings.stats.capture;
  const running = capture?.state === "running";
  const toggle = useMutation({
    mutationFn: async () => {
      await bridge.call(running ? "tunnels.stopCapture" : "tunnels.startCapture", { tunnelId: id });
      takeTunnels(await bridge.call("tunnels.list", {}), Date.now());
    },
  });
  const error = toggle.error === null ? (capture?.error ?? null) : errorInfoOf(toggle.error);
  return (
    <section aria-label={s.title} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-text-2">{s.title}</h3>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          icon={running ? <Square className="size-3.5" /> : <CircleDot className="size-3.5" />}
          busy={toggle.isPending}
          onClick={() => toggle.mutate()}
        >
          {running ? s.stop : s.start}
        </Button>
        {capture === null ? (
          <p className="text-text-3">{s.about}</p>
        ) : (
          <>
            <span className="text-text-2 tabular-nums">
              {s.states[capture.state]}: {s.figures(integer(capture.packets), bytes(capture.bytes))}
              {capture.dropped > 0 && `, ${s.dropped(integer(capture.dropped))}`}
            </span>
            <span className="flex min-w-0 items-center gap-1">
              <code className="truncate font-mono text-xs text-text-3">{capture.path}</code>
              <CopyButton text={capture.path} label={s.copyPath} />
            </span>
          </>
        )}
      </div>
      {error !== null && (
        <p role="alert" className="text-bad">
          {sentenceFor(error.code)} {error.detail}
        </p>
      )}
    </section>
  );
}
