import type { Bridge } from "../bridge/bridge.ts";
import { useWindow } from "./window-store.ts";

/** How closely this window looks at the tunnels now. A page that nobody can see does not look. */
function wish(): { on: boolean; closely?: boolean } {
  if (document.hidden) return { on: false };
  const { statsOpen, view } = useWindow.getState();
  return { on: true, closely: statsOpen || view === "peers" };
}

export interface TunnelWatch {
  /** To a host that knows nothing of this window yet. */
  begin(): Promise<void>;
  stop(): void;
}

/** Keeps the host told of how closely this window looks; it answers each change with the figures of that moment. */
export function tunnelWatch(bridge: Bridge): TunnelWatch {
  let told = "";

  async function tell(): Promise<void> {
    const now = wish();
    told = JSON.stringify(now);
    await bridge.call("tunnels.watch", now);
  }

  function look(): void {
    if (told === "" || bridge.state !== "open" || JSON.stringify(wish()) === told) return;
    // What fails here fails with the link, and begins anew with it.
    tell().catch(() => undefined);
  }

  document.addEventListener("visibilitychange", look);
  const unsubscribe = useWindow.subscribe(look);
  const unlisten = bridge.onState((state) => {
    if (state !== "open") told = "";
  });
  return {
    begin: tell,
    stop: () => {
      document.removeEventListener("visibilitychange", look);
      unsubscribe();
      unlisten();
    },
  };
}
