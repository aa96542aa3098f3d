import { createContext, useContext } from "react";
import type { Bridge } from "./bridge.ts";

const BridgeContext = createContext<Bridge | undefined>(undefined);

export const BridgeProvider = BridgeContext.Provider;

export function useBridge(): Bridge {
  const bridge = useContext(BridgeContext);
  if (bridge === undefined) throw new Error("useBridge outside of BridgeProvider");
  return bridge;
}
