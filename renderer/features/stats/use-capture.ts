import { useMutation } from "@tanstack/react-query";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { isCapturing, switchCapture } from "../../state/capture.ts";

export interface CaptureSwitch {
  readonly running: boolean;
  readonly busy: boolean;
  /** Why the last click came to nothing. */
  readonly error: ErrorInfo | null;
  toggle(): void;
}

/** Starts and ends the packet capture of a tunnel's inside. */
export function useCapture(tunnel: Tunnel | undefined): CaptureSwitch {
  const bridge = useBridge();
  const running = isCapturing(tunnel);
  const { mutate, isPending, error, variables } = useMutation({
    mutationFn: ({ id, start }: { id: string; start: boolean }) => switchCapture(bridge, id, start),
  });
  return {
    running,
    busy: isPending,
    error: error === null || variables?.id !== tunnel?.id ? null : errorInfoOf(error),
    toggle: () => tunnel !== undefined && mutate({ id: tunnel.id, start: !running }),
  };
}
