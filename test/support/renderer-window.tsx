import { cleanup, configure, render, screen } from "@testing-library/react";
import { beforeAll, vi } from "vitest";
import { App } from "../../renderer/App.tsx";
import { Bridge } from "../../renderer/bridge/bridge.ts";
import { loadTerminal } from "../../renderer/features/terminal/load-terminal.ts";
import { connectStores } from "../../renderer/state/connect-stores.ts";
import { makeQueryClient } from "../../renderer/state/queries.ts";
import { NO_SHELLS, useShells } from "../../renderer/state/shell-store.ts";
import { useTree } from "../../renderer/state/tree-store.ts";
import { useTunnels } from "../../renderer/state/tunnel-store.ts";
import { useWindow } from "../../renderer/state/window-store.ts";
import { loadLateParts } from "../../renderer/ui/late-part.tsx";
import type { ScriptedHost } from "./renderer-scripted-host.ts";

// A machine with other work takes its time over a window.
configure({ asyncUtilTimeout: 10_000 });

// As in a window that has stood for a moment.
beforeAll(() => loadLateParts());

// The window fetches its terminal late. A test does not wait for the compiler, which has other files to do.
await loadTerminal();

let stop: () => void = () => undefined;

/** Draws the whole window over a scripted host, with sizes that a DOM without layout does not have. */
export function openWindow(host: ScriptedHost): Bridge {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(300);
  const bridge = new Bridge(host.link);
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const disconnect = connectStores(bridge, client);
  render(<App bridge={bridge} client={client} />);
  stop = () => {
    disconnect();
    client.clear();
  };
  return bridge;
}

/** Leaves nothing of a window for the next test. `keepSession` is what a reload of the page keeps. */
export function closeWindow(keepSession = false): void {
  cleanup();
  stop();
  stop = () => undefined;
  useShells.setState(NO_SHELLS);
  useTunnels.setState({ tunnels: [], history: new Map() });
  useTree.setState({ filter: "", flipped: new Set(), currentKey: null });
  useWindow.setState({
    overlay: { kind: "none" },
    view: "apps",
    settingsSection: "appearance",
    sidebarOpen: true,
    statsOpen: false,
    statsTunnel: undefined,
  });
  if (!keepSession) sessionStorage.clear();
  vi.restoreAllMocks();
}

export function tree(): Promise<HTMLElement> {
  return screen.findByRole("tree", { name: "Apps and machines" });
}
