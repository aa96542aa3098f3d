import { create } from "zustand";
import type { Bridge } from "../bridge/bridge.ts";
import { strings } from "../strings.ts";
import { announce } from "./announcer.ts";

/** Whether the host says that its engine does not answer: shells, tunnels and lists stand still. */
export const useEngineSilence = create<{ readonly isSilent: boolean }>(() => ({ isSilent: false }));

/** A link that opens anew is told by the host if it is so. */
export function followEngineSilence(bridge: Bridge): () => void {
  const stops = [
    bridge.on("engine.silence", ({ silent }) => {
      if (silent === useEngineSilence.getState().isSilent) return;
      useEngineSilence.setState({ isSilent: silent });
      if (silent) announce(strings.link.engineSilent, "assertive");
      else announce(strings.link.engineAnswers, "polite");
    }),
    bridge.onState(() => useEngineSilence.setState({ isSilent: false })),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
