import { Tooltip } from "@base-ui/react/tooltip";
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render } from "@testing-library/react";
import { vi } from "vitest";
import { Bridge } from "../../renderer/bridge/bridge.ts";
import { BridgeProvider } from "../../renderer/bridge/bridge-context.ts";
import { loadTerminal } from "../../renderer/features/terminal/load-terminal.ts";
import { Shells } from "../../renderer/features/terminal/Shells.tsx";
import { useClosing } from "../../renderer/state/close-asked.ts";
import { connectStores } from "../../renderer/state/connect-stores.ts";
import { makeQueryClient } from "../../renderer/state/queries.ts";
import { NO_SHELLS, useShells } from "../../renderer/state/shell-store.ts";
import type { ScriptedHost } from "./renderer-scripted-host.ts";

// A machine with other work to do takes longer to draw than the usual second.
configure({ asyncUtilTimeout: 5_000 });

// The window fetches its terminal late. A test does not wait for the compiler, which has other files to do.
await loadTerminal();

let stop: () => void = () => undefined;

/** Draws the tabs and their panes over a scripted host, without the rest of the window. */
export function openShells(host: ScriptedHost): Bridge {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(300);
  const bridge = new Bridge(host.link);
  const client = makeQueryClient();
  const disconnect = connectStores(bridge, client);
  render(
    <BridgeProvider value={bridge}>
      <QueryClientProvider client={client}>
        <Tooltip.Provider>
          <Shells />
        </Tooltip.Provider>
      </QueryClientProvider>
    </BridgeProvider>,
  );
  stop = () => {
    disconnect();
    client.clear();
  };
  return bridge;
}

/** Leaves nothing of it for the next test. `keepSession` is what a reload of the page keeps. */
export function closeShells(keepSession = false): void {
  cleanup();
  stop();
  stop = () => undefined;
  useShells.setState(NO_SHELLS);
  useClosing.setState({ question: null });
  if (!keepSession) sessionStorage.clear();
  vi.restoreAllMocks();
}
