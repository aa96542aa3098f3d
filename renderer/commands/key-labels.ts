import { create } from "zustand";

declare global {
  interface Navigator {
    /** Keyboard Map (WICG): in Chromium and the desktop edition only. */
    readonly keyboard?: { getLayoutMap?(): Promise<ReadonlyMap<string, string>> };
  }
}

/**
 * What the layout in use writes on the keys, by KeyboardEvent.code: a chord is known by its place, and has to be shown by
 * what a person finds there. Empty where the browser does not tell: then the places' own names are shown.
 */
export const useKeyLabels = create<{ readonly labels: ReadonlyMap<string, string> }>(() => ({ labels: new Map() }));

/** Letters, signs and marks as they are printed on keys. The digits' row is named by its digits on every layout. */
const LABEL = /^[\p{Script=Latin}\p{P}\p{S}]$/u;

/** Asks the browser for the layout; nothing happens where it has no answer. */
export async function readKeyLabels(): Promise<void> {
  const map = await navigator.keyboard?.getLayoutMap?.().catch(() => undefined);
  const shown = [...(map ?? [])].flatMap(([code, label]) => {
    const upper = label.toUpperCase();
    return LABEL.test(upper) && !code.startsWith("Digit") ? [[code, upper] as const] : [];
  });
  useKeyLabels.setState({ labels: new Map(shown) });
}
