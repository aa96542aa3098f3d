import { Tooltip } from "@base-ui/react/tooltip";
import { type QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Bridge } from "./bridge/bridge.ts";
import { BridgeProvider, useBridge } from "./bridge/bridge-context.ts";
import { errorInfoOf } from "./bridge/bridge-error.ts";
import { useBridgeState } from "./bridge/use-bridge-state.ts";
import { CopyBanner } from "./features/frame/CopyBanner.tsx";
import { guardDrops } from "./features/frame/drop-guard.ts";
import { useDeepLinks } from "./features/frame/use-deep-links.ts";
import { Overlays } from "./features/Overlays.tsx";
import { FirstRun } from "./features/sign-in/FirstRun.tsx";
import { useFileDrop } from "./features/sign-in/use-file-drop.ts";
import { LinkBanner } from "./features/status/LinkBanner.tsx";
import { LiveRegions } from "./features/status/LiveRegions.tsx";
import { useWindowTitle } from "./features/terminal/use-window-title.ts";
import { Workspace } from "./features/Workspace.tsx";
import { queries, useSettings } from "./state/queries.ts";
import { useShells } from "./state/shell-store.ts";
import { useApplyTheme } from "./state/theme.ts";
import { useUnloadGuard } from "./state/unload-guard.ts";
import { strings } from "./strings.ts";
import { ErrorNote } from "./ui/ErrorNote.tsx";
import { Mark } from "./ui/Mark.tsx";
import { useAfter } from "./ui/use-after.ts";

export function App({ bridge, client }: { bridge: Bridge; client: QueryClient }) {
  return (
    <BridgeProvider value={bridge}>
      <QueryClientProvider client={client}>
        <Tooltip.Provider delay={500}>
          <Window />
        </Tooltip.Provider>
      </QueryClientProvider>
    </BridgeProvider>
  );
}

function Window() {
  const accounts = useQuery(queries.accounts(useBridge()));
  const link = useBridgeState();
  useApplyTheme(useSettings());
  useEffect(() => guardDrops(document), []);
  useFileDrop();
  useDeepLinks();
  // The host keeps shells, so a page that is loaded again finds them (#12); a tab closed by a key that was meant for the
  // shell has to be opened again with the address that the host printed (#16).
  const isInUse = useShells(({ sessions }) => [...sessions.values()].some(({ state }) => state === "open"));
  useUnloadGuard(isInUse && link === "open");
  const hasStatusBar = link !== "locked" && accounts.data !== undefined && accounts.data.length > 0;
  return (
    <div className="flex h-full flex-col" data-link={link}>
      <WindowTitle />
      <CopyBanner />
      <div className="min-h-0 flex-1">
        {link === "locked" ? (
          <Locked />
        ) : accounts.data === undefined ? (
          <Starting
            error={accounts.error === null ? null : errorInfoOf(accounts.error)}
            onRetry={() => void accounts.refetch()}
          />
        ) : accounts.data.length === 0 ? (
          <FirstRun />
        ) : (
          <Workspace />
        )}
      </div>
      {!hasStatusBar && <LinkBanner />}
      <Overlays />
      <LiveRegions />
    </div>
  );
}

/** Apart, because a shell may change its title many times a second, and the window is not to be drawn for each. */
function WindowTitle() {
  useWindowTitle();
  return null;
}

/** The host does not take this page for its own: only a new address helps. */
function Locked() {
  return (
    <main className="flex h-full flex-col items-center justify-center gap-4 p-6 text-center">
      <Mark className="size-14 opacity-60" />
      <div role="alert">
        <h1 className="font-medium">{strings.link.locked}</h1>
        <p className="max-w-md text-text-2">{strings.link.lockedText}</p>
      </div>
    </main>
  );
}

/** Before the host has answered for the first time. */
function Starting({ error, onRetry }: { error: ReturnType<typeof errorInfoOf> | null; onRetry(): void }) {
  const late = useAfter(1000);
  return (
    <main className="flex h-full flex-col items-center justify-center gap-4 p-6" aria-busy={error === null}>
      <h1 className="sr-only">{strings.product}</h1>
      <Mark className="size-14 opacity-60" />
      {error !== null ? (
        <div className="w-full max-w-md">
          <ErrorNote error={error} onRetry={onRetry} />
        </div>
      ) : (
        late && <p className="text-text-3">{strings.link.waiting}</p>
      )}
    </main>
  );
}
