import { useEffect, useState } from "react";
import { fontStack } from "./terminal-font.ts";

/** Cells are measured once, so the terminal waits for its font; not forever, though. */
const LONGEST_WAIT_MS = 1500;

let ready = false;

export function useFontReady(fontFamily: string, fontSize: number): boolean {
  const [state, setState] = useState(ready);
  useEffect(() => {
    if (ready) return;
    let gone = false;
    const done = (): void => {
      ready = true;
      if (!gone) setState(true);
    };
    const timer = setTimeout(done, LONGEST_WAIT_MS);
    const load =
      "fonts" in document ? document.fonts.load(`${fontSize}px ${fontStack(fontFamily)}`) : Promise.resolve();
    load.then(done, done);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [fontFamily, fontSize]);
  return state;
}
