import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";

/** This computer has no network, and somebody needs one: the demo does not. */
export function useOffline(): boolean {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const isOnline = useSyncExternalStore(onNetwork, () => navigator.onLine);
  return !isOnline && accounts?.some(({ kind }) => kind !== "demo") === true;
}

/** Says so in the status bar's place, in one line: nothing above it moves. */
export function OfflineNotice() {
  return (
    <div role="status" className="flex h-6 min-w-0 flex-1 items-center gap-2 px-1">
      <CloudOff className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 truncate">
        <span className="font-medium">{strings.link.offline}</span>{" "}
        <span className="text-text-2">{strings.link.offlineText}</span>
      </p>
    </div>
  );
}

function onNetwork(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
