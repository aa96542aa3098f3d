import { useEffect } from "react";
import { type DeepLink, parseDeepLink, parseLinkFragment } from "../../../shared/deep-link.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { showOverlay } from "../../state/window-store.ts";

/**
 * Links from outside: the desktop edition's culvert:// links wait at the host until a window takes them, the browser
 * edition has them in its address. A link only navigates; what would open a shell is shown and asked first.
 */
export function useDeepLinks(): void {
  const bridge = useBridge();
  useEffect(() => {
    const take = (): void => {
      bridge
        .call("links.take", {})
        .then((text) => follow(text === null ? undefined : parseDeepLink(text)))
        .catch(() => undefined);
    };
    const takeFragment = (): void => {
      const link = parseLinkFragment(location.hash);
      if (!location.hash.startsWith("#/")) return;
      // Followed once: a reload does not ask again.
      history.replaceState(history.state, "", location.pathname + location.search);
      follow(link);
    };
    const stops = [
      bridge.on("link.offered", take),
      bridge.onState((state) => {
        if (state === "open") take();
      }),
    ];
    if (bridge.state === "open") take();
    takeFragment();
    window.addEventListener("hashchange", takeFragment);
    return () => {
      for (const stop of stops) stop();
      window.removeEventListener("hashchange", takeFragment);
    };
  }, [bridge]);
}

function follow(link: DeepLink | undefined): void {
  if (link === undefined) return;
  if (link.kind === "import") showOverlay({ kind: "import" });
  else showOverlay({ kind: "link", link });
}
