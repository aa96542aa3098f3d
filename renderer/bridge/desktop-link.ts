import type { Link, LinkState } from "./link.ts";

declare global {
  interface Window {
    /** Set by the desktop edition's preload script; absent in a browser. */
    readonly culvertDesktop?: boolean;
  }
}

/** True in the desktop edition. */
export function isDesktop(): boolean {
  return window.culvertDesktop === true;
}

/**
 * Asks the preload script for a MessagePort to the host. The preload answers with "culvert:link" and the port; asking
 * again after a crash of the host gives a new port.
 */
export function desktopLink(): Link {
  let port: MessagePort | undefined;
  let state: LinkState | undefined;
  let messageListener: (message: string | Uint8Array) => void = () => undefined;
  let stateListener: (state: LinkState) => void = () => undefined;

  function become(next: LinkState): void {
    if (state === next) return;
    state = next;
    stateListener(next);
  }

  function ask(): void {
    // A page without a tuple origin calls itself "null", which postMessage does not take.
    window.postMessage("culvert:connect", location.origin === "null" ? "*" : location.origin);
  }

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const offered = event.ports[0];
    if (event.source !== window || event.data !== "culvert:link" || offered === undefined) return;
    port?.close();
    port = offered;
    offered.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string" || data instanceof Uint8Array) messageListener(data);
    };
    offered.addEventListener("close", () => {
      if (port !== offered) return;
      port = undefined;
      become("lost");
      setTimeout(ask, 500);
    });
    offered.start();
    become("open");
  });
  ask();

  return {
    send: (message) => port?.postMessage(message),
    onMessage: (listener) => {
      messageListener = listener;
    },
    onState: (listener) => {
      stateListener = listener;
      if (state !== undefined) listener(state);
    },
  };
}
