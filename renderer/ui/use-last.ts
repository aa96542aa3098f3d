import { useEffect, useRef } from "react";

/** Calls `action`, in its newest form, once calls of the result have ceased for a while; never after the component left. */
export function useLast(action: () => void, quietMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const newest = useRef(action);
  newest.current = action;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => newest.current(), quietMs);
  };
}
