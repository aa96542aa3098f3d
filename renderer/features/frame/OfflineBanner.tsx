import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useBridge } from "../../bridge/bridge-context.ts";
import { queries } from "../../state/queries.ts";
import { strings } from "../../strings.ts";

/** This computer has no network. Said once, above everything; the demo network needs none. */
export function OfflineBanner() {
  const accounts = useQuery(queries.accounts(useBridge())).data;
  const isOnline = useSyncExternalStore(onNetwork, () => navigator.onLine);
  if (isOnline || accounts?.some(({ kind }) => kind !== "demo") !== true) return null;
  return (
    <div role="status" className="flex min-h-8 shrink-0 items-center justify-center gap-2 bg-warn-soft px-3 py-1">
      <CloudOff className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p>
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
