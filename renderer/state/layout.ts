import { LAYOUT_LIMITS } from "../../shared/layout.ts";

/**
 * How the panes of a tab share its place: a tree whose leaves are panes. Pure: every function gives a new tree, or the old
 * one where there is nothing to do. In normal form, which all of them keep, a split has two children or more, none of its
 * own kind, and sizes that are parts of 1.
 */
export type Layout = Leaf | Split;

export interface Leaf {
  readonly kind: "leaf";
  readonly pane: string;
}

/** "row": side by side; "column": one below the other. */
export interface Split {
  readonly kind: "row" | "column";
  readonly sizes: readonly number[];
  readonly children: readonly Layout[];
}

export type Side = "right" | "down";
export type Direction = "left" | "right" | "up" | "down";

/** Edges in parts of the tab's place, from its top left corner. */
export interface PaneRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function leaf(pane: string): Leaf {
  return { kind: "leaf", pane };
}

/** In reading order. */
export function panesOf(layout: Layout): readonly string[] {
  return layout.kind === "leaf" ? [layout.pane] : layout.children.flatMap(panesOf);
}

export function canSplit(layout: Layout): boolean {
  return panesOf(layout).length < LAYOUT_LIMITS.panes;
}

/** `pane` gives half of its place to `added`. The same tree when it is full, or knows no such pane. */
export function splitPane(layout: Layout, pane: string, side: Side, added: string): Layout {
  const panes = panesOf(layout);
  if (!canSplit(layout) || !panes.includes(pane) || panes.includes(added)) return layout;
  return splitIn(layout, pane, side === "right" ? "row" : "column", added);
}

function splitIn(layout: Layout, pane: string, kind: Split["kind"], added: string): Layout {
  if (layout.kind === "leaf") {
    return layout.pane === pane ? { kind, sizes: [0.5, 0.5], children: [layout, leaf(added)] } : layout;
  }
  const at = layout.kind === kind ? layout.children.findIndex((child) => isLeafOf(child, pane)) : -1;
  if (at === -1) return { ...layout, children: layout.children.map((child) => splitIn(child, pane, kind, added)) };
  const half = (layout.sizes[at] ?? 0) / 2;
  return {
    kind,
    sizes: layout.sizes.toSpliced(at, 1, half, half),
    children: layout.children.toSpliced(at + 1, 0, leaf(added)),
  };
}

/** Its place goes to its neighbours in the measure of their sizes; null when it was the only one. */
export function withoutPane(layout: Layout, pane: string): Layout | null {
  if (layout.kind === "leaf") return layout.pane === pane ? null : layout;
  if (!panesOf(layout).includes(pane)) return layout;
  const kept = layout.children.flatMap((child, index) => {
    const rest = withoutPane(child, pane);
    return rest === null ? [] : [{ size: layout.sizes[index] ?? 0, child: rest }];
  });
  return splitOf(layout.kind, kept);
}

/** A split of these parts in normal form: null without any, its only part where there is one. */
export function splitOf(kind: Split["kind"], parts: readonly { size: number; child: Layout }[]): Layout | null {
  const [only, ...others] = parts;
  if (only === undefined || others.length === 0) return only?.child ?? null;
  const flat = parts.flatMap(({ size, child }) =>
    child.kind === kind
      ? child.children.map((inner, index) => ({ size: size * (child.sizes[index] ?? 0), child: inner }))
      : [{ size, child }],
  );
  return { kind, sizes: shares(flat.map(({ size }) => size)), children: flat.map(({ child }) => child) };
}

/** The same measures as parts of 1. */
function shares(sizes: readonly number[]): readonly number[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  return sum > 0 ? sizes.map((size) => size / sum) : sizes.map(() => 1 / sizes.length);
}

/** Gives the split at `path` (indices of children, from the root) these sizes, in whatever unit. */
export function resizeSplit(layout: Layout, path: readonly number[], sizes: readonly number[]): Layout {
  if (layout.kind === "leaf") return layout;
  const [index, ...rest] = path;
  if (index === undefined) {
    const isFit = sizes.length === layout.children.length && sizes.every((size) => Number.isFinite(size) && size > 0);
    return isFit ? { ...layout, sizes: shares(sizes) } : layout;
  }
  const child = layout.children[index];
  return child === undefined
    ? layout
    : { ...layout, children: layout.children.with(index, resizeSplit(child, rest, sizes)) };
}

/** In each split, the same size for each child. */
export function equalised(layout: Layout): Layout {
  if (layout.kind === "leaf") return layout;
  return { kind: layout.kind, sizes: shares(layout.children.map(() => 1)), children: layout.children.map(equalised) };
}

/** Another name for each pane; the shape stays. */
export function renamed(layout: Layout, name: (pane: string) => string): Layout {
  if (layout.kind === "leaf") return leaf(name(layout.pane));
  return { ...layout, children: layout.children.map((child) => renamed(child, name)) };
}

export function rectsOf(layout: Layout): ReadonlyMap<string, PaneRect> {
  const rects = new Map<string, PaneRect>();
  place(layout, { left: 0, top: 0, right: 1, bottom: 1 }, rects);
  return rects;
}

function place(layout: Layout, within: PaneRect, rects: Map<string, PaneRect>): void {
  if (layout.kind === "leaf") {
    rects.set(layout.pane, within);
    return;
  }
  const isRow = layout.kind === "row";
  const length = isRow ? within.right - within.left : within.bottom - within.top;
  let at = isRow ? within.left : within.top;
  layout.children.forEach((child, index) => {
    const isLast = index === layout.children.length - 1;
    const end = isLast ? (isRow ? within.right : within.bottom) : at + length * (layout.sizes[index] ?? 0);
    place(child, isRow ? { ...within, left: at, right: end } : { ...within, top: at, bottom: end }, rects);
    at = end;
  });
}

/** Edges that touch may differ by the rounding of a few multiplications. */
const TOUCH = 1e-6;

/** The pane beside `pane` in that direction: of several, the one that shares most of the edge. */
export function neighbourOf(layout: Layout, pane: string, direction: Direction): string | undefined {
  const rects = rectsOf(layout);
  const from = rects.get(pane);
  if (from === undefined) return undefined;
  let best: { pane: string; shared: number } | undefined;
  for (const [other, rect] of rects) {
    const shared = touches(from, rect, direction) ? sharedEdge(from, rect, direction) : 0;
    if (shared > TOUCH && (best === undefined || shared > best.shared + TOUCH)) best = { pane: other, shared };
  }
  return best?.pane;
}

function touches(from: PaneRect, to: PaneRect, direction: Direction): boolean {
  const gap = {
    left: from.left - to.right,
    right: to.left - from.right,
    up: from.top - to.bottom,
    down: to.top - from.bottom,
  }[direction];
  return Math.abs(gap) < TOUCH;
}

function sharedEdge(a: PaneRect, b: PaneRect, direction: Direction): number {
  return direction === "left" || direction === "right"
    ? Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
    : Math.min(a.right, b.right) - Math.max(a.left, b.left);
}

function isLeafOf(layout: Layout, pane: string): boolean {
  return layout.kind === "leaf" && layout.pane === pane;
}
