import type { Link, LinkState } from "./link.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;

/** ws(s)://<this host>/<this page's folder>/link, so that the page also works below a path. */
export function linkAddress(page: string): string {
  const url = new URL("link", page);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.search = "";
  url.hash = "";
  return url.href;
}

/** A WebSocket that comes back by itself: at once when the network or the page wakes, else after 0.5 to 5 s. */
export function webSocketLink(address: string): Link {
  let socket: WebSocket | undefined;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LinkState | undefined;
  let messageListener: (message: string | Uint8Array) => void = () => undefined;
  let stateListener: (state: LinkState) => void = () => undefined;

  function become(next: LinkState): void {
    if (state === next) return;
    state = next;
    stateListener(next);
  }

  function connect(): void {
    clearTimeout(timer);
    timer = undefined;
    const opened = new WebSocket(address);
    opened.binaryType = "arraybuffer";
    socket = opened;
    opened.onopen = () => {
      wait = FIRST_WAIT_MS;
      become("open");
    };
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") messageListener(data);
      else if (data instanceof ArrayBuffer) messageListener(new Uint8Array(data));
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = undefined;
      become("lost");
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  function hurry(): void {
    if (socket === undefined && !document.hidden) connect();
  }
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  connect();

  return {
    send: (message) => {
      if (socket?.readyState !== WebSocket.OPEN) return;
      // The DOM type asks for a buffer that is not shared; terminal frames are always freshly encoded.
      socket.send(typeof message === "string" ? message : new Uint8Array(message));
    },
    onMessage: (listener) => {
      messageListener = listener;
    },
    onState: (listener) => {
      stateListener = listener;
      if (state !== undefined) listener(state);
    },
  };
}
