import { useMutation } from "@tanstack/react-query";
import type { ErrorInfo } from "../../../shared/errors.ts";
import type { Tunnel } from "../../../shared/models.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { errorInfoOf } from "../../bridge/bridge-error.ts";
import { callGateway } from "../../state/gateway-calls.ts";

export interface Retry {
  readonly busy: boolean;
  /** Why the last try came to nothing. */
  readonly error: ErrorInfo | null;
  start(): void;
  /** Nobody waits any more; the gateway is called all the same. */
  stopWaiting(): void;
}

/** Calls a silent gateway again, over new sockets and where its name leads now. */
export function useRetry(tunnel: Tunnel): Retry {
  const bridge = useBridge();
  const { mutate, reset, isPending, error, variables } = useMutation({
    mutationFn: (tunnelId: string) => callGateway(bridge, tunnelId),
  });
  return {
    busy: isPending,
    error: error === null || variables !== tunnel.id ? null : errorInfoOf(error),
    start: () => mutate(tunnel.id),
    stopWaiting: reset,
  };
}
