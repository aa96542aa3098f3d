import { KEY_FRAGMENT } from "../../shared/link-protocol.ts";

const STORED = "culvert.key";
/** What may stand in a WebSocket subprotocol; anything else in the fragment is not ours. */
const KEY = /^[A-Za-z0-9_-]{1,100}$/;

/** Reads the key that opens the link; undefined when this page was opened without one. */
export type ReadKey = () => string | undefined;

/**
 * Moves the key from the address into localStorage, which belongs to this origin alone and is shared by its tabs. Read it
 * anew for each use: another tab may have got a newer one.
 */
export function takePageKey(): ReadKey {
  const offered = new URLSearchParams(location.hash.slice(1)).get(KEY_FRAGMENT) ?? "";
  let held: string | undefined;
  if (KEY.test(offered)) {
    held = offered;
    try {
      localStorage.setItem(STORED, offered);
    } catch {
      // Storage is off: the key lasts as long as this page.
    }
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return () => {
    try {
      const stored = localStorage.getItem(STORED) ?? "";
      if (KEY.test(stored)) return stored;
    } catch {
      // As above.
    }
    return held;
  };
}
