import { useEffect, useState } from "react";
import type { TerminalController } from "./terminal-controller.ts";

type Controller = typeof TerminalController;

const AGAIN_MS = 2000;

let loaded: Controller | undefined;

/**
 * The terminal's code, which is a third of the page's: it comes beside the first paint and not before it. Asked for again
 * until it is here, since the link may be cut at just that moment.
 */
export async function loadTerminal(): Promise<Controller> {
  while (loaded === undefined) {
    try {
      loaded = (await import("./terminal-controller.ts")).TerminalController;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  return loaded;
}

/** Undefined until it is here. */
export function useTerminalCode(): Controller | undefined {
  const [code, setCode] = useState(() => loaded);
  useEffect(() => {
    let wanted = code === undefined;
    if (wanted) void loadTerminal().then((made) => wanted && setCode(() => made));
    return () => {
      wanted = false;
    };
  }, [code]);
  return code;
}
