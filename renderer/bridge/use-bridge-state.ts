import { useSyncExternalStore } from "react";
import type { BridgeState } from "./bridge.ts";
import { useBridge } from "./bridge-context.ts";

export function useBridgeState(): BridgeState {
  const bridge = useBridge();
  return useSyncExternalStore(
    (listener) => bridge.onState(listener),
    () => bridge.state,
  );
}

/** The host is there and answers nothing. */
export function useHostSilence(): boolean {
  const bridge = useBridge();
  return useSyncExternalStore(
    (listener) => bridge.onSilence(listener),
    () => bridge.isSilent,
  );
}
