import { useEffect, useState } from "react";
import { untilLoaded } from "../../ui/until-loaded.ts";
import type { TerminalController } from "./terminal-controller.ts";

type Controller = typeof TerminalController;

let loaded: Controller | undefined;

/**
 * The terminal's code, which is a third of the page's: it comes beside the first paint and not before it.
 */
export async function loadTerminal(): Promise<Controller> {
  loaded ??= await untilLoaded(async () => (await import("./terminal-controller.ts")).TerminalController);
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
