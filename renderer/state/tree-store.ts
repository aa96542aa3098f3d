import { create } from "zustand";

interface TreeState {
  readonly filter: string;
  /** Keys of rows that differ from how they start: accounts and organizations start open, apps start closed. */
  readonly flipped: ReadonlySet<string>;
  readonly currentKey: string | null;
}

export const useTree = create<TreeState>(() => ({ filter: "", flipped: new Set(), currentKey: null }));

export function setFilter(filter: string): void {
  useTree.setState({ filter });
}

export function setCurrent(currentKey: string): void {
  useTree.setState({ currentKey });
}

export function flip(key: string): void {
  useTree.setState(({ flipped }) => {
    const next = new Set(flipped);
    if (!next.delete(key)) next.add(key);
    return { flipped: next };
  });
}
