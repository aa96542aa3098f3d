import { useEffect } from "react";
import { type DeepLink, parseDeepLink, parseLinkFragment } from "../../../shared/deep-link.ts";
import { useBridge } from "../../bridge/bridge-context.ts";
import { type Overlay, showOverlay, useWindow } from "../../state/window-store.ts";

/**
 * Links from outside: the desktop edition's culvert:// links wait at the host until a window takes them, the browser
 * edition has them in its address. A link only navigates; what would open a shell is shown and asked first.
 */
export function useDeepLinks(): void {
  const bridge = useBridge();
  useEffect(() => {
    // The newest link waits for what lies over the window: what a person typed there is not a link's to take away.
    let waiting: Overlay | undefined;
    const showNext = (): void => {
      if (waiting === undefined || useWindow.getState().overlay.kind !== "none") return;
      const next = waiting;
      waiting = undefined;
      showOverlay(next);
    };
    const follow = (link: DeepLink | undefined): void => {
      waiting = overlayOf(link);
      showNext();
    };
    const take = (): void => {
      bridge
        .call("links.take", {})
        .then((text) => text !== null && follow(parseDeepLink(text)))
        .catch(() => undefined);
    };
    const takeFragment = (): void => {
      const link = parseLinkFragment(location.hash);
      if (!/^#\/./.test(location.hash)) return;
      // Followed once: a reload does not ask again.
      history.replaceState(history.state, "", location.pathname + location.search);
      follow(link);
    };
    const stops = [
      useWindow.subscribe(showNext),
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

function overlayOf(link: DeepLink | undefined): Overlay {
  if (link === undefined) return { kind: "lost-link" };
  return link.kind === "import" ? { kind: "import" } : { kind: "link", link };
}
