import { KEY_PROTOCOL_PREFIX, LINK_PROTOCOL } from "../../shared/link-protocol.ts";
import type { Link, LinkState } from "./link.ts";
import type { ReadKey } from "./page-key.ts";

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

/**
 * A WebSocket that comes back by itself: at once when the network or the page wakes, else after 0.5 to 5 s. Without a key,
 * or with one that the server does not take, it is locked until there is another.
 */
export function webSocketLink(address: string, readKey: ReadKey): Link {
  let socket: WebSocket | undefined;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LinkState | undefined;
  let lockedKey: string | undefined;
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
    const key = readKey();
    if (key === undefined) {
      lock(key);
      return;
    }
    const opened = new WebSocket(address, [LINK_PROTOCOL, KEY_PROTOCOL_PREFIX + key]);
    let wasOpen = false;
    opened.binaryType = "arraybuffer";
    socket = opened;
    opened.onopen = () => {
      wasOpen = true;
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
      if (!wasOpen) void lockIfRefused(key);
    };
  }

  /** A WebSocket does not tell why it failed (WHATWG WebSockets, section 4): the same address over HTTP does. */
  async function lockIfRefused(key: string): Promise<void> {
    if ((await isRefused(address, key)) && state === "lost" && readKey() === key) lock(key);
  }

  function lock(key: string | undefined): void {
    clearTimeout(timer);
    timer = undefined;
    socket = undefined;
    lockedKey = key;
    become("locked");
  }

  function hurry(): void {
    if (socket !== undefined || document.hidden) return;
    if (state !== "locked" || readKey() !== lockedKey) connect();
  }
  window.addEventListener("online", hurry);
  // Another tab was opened with a new key.
  window.addEventListener("storage", hurry);
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

/** Whether the server is there and does not take the key. */
async function isRefused(address: string, key: string): Promise<boolean> {
  try {
    const answer = await fetch(address.replace(/^ws/, "http"), { headers: { authorization: `Bearer ${key}` } });
    return answer.status === 401;
  } catch {
    return false;
  }
}
