import { KEY_PROTOCOL_PREFIX, LINK_PROTOCOL } from "../../shared/link-protocol.ts";
import type { Link, LinkState } from "./link.ts";
import type { ReadKey } from "./page-key.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
/** So many tries without an answer, over so long a time, are no short break any more. */
const GONE_AFTER_TRIES = 3;
const GONE_AFTER_MS = 3000;

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
 * or with one that the server does not take, it is locked until there is another. `now` in milliseconds.
 */
export function webSocketLink(address: string, readKey: ReadKey, now: () => number = () => performance.now()): Link {
  let socket: WebSocket | undefined;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LinkState | undefined;
  let lockedKey: string | undefined;
  let failures = 0;
  let lostAt = 0;
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
      failures = 0;
      become("open");
    };
    opened.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string") messageListener(data);
      else if (data instanceof ArrayBuffer) messageListener(new Uint8Array(data));
    };
    opened.onclose = () => {
      if (socket !== opened) return;
      socket = undefined;
      failures = wasOpen ? 0 : failures + 1;
      if (state === undefined || state === "open") lostAt = now();
      // Without a network the page says so elsewhere, and nothing is known of the server.
      const isGone = failures >= GONE_AFTER_TRIES && now() - lostAt >= GONE_AFTER_MS && navigator.onLine;
      become(isGone ? "gone" : "lost");
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      if (!wasOpen) void lockIfRefused(key);
    };
  }

  /** A WebSocket does not tell why it failed (WHATWG WebSockets, section 4): the same address over HTTP does. */
  async function lockIfRefused(key: string): Promise<void> {
    if ((await isRefused(address, key)) && (state === "lost" || state === "gone") && readKey() === key) lock(key);
  }

  function lock(key: string | undefined): void {
    clearTimeout(timer);
    timer = undefined;
    socket = undefined;
    lockedKey = key;
    become("locked");
  }

  function tryNow(): void {
    if (socket === undefined && state !== "locked") connect();
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
    tryNow,
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
