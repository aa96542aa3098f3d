import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canSplit,
  type Direction,
  equalised,
  type Layout,
  leaf,
  neighbourOf,
  panesOf,
  rectsOf,
  renamed,
  resizeSplit,
  splitPane,
  withoutPane,
} from "../../../renderer/state/layout.ts";
import { seed } from "../../support/seed.ts";

const OPPOSITE = { left: "right", right: "left", up: "down", down: "up" } as const;

/** One step that a person may take; panes are chosen by number, so that each choice is one that exists. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("split" as const), at: fc.nat(), side: fc.constantFrom("right", "down") }),
  fc.record({ kind: fc.constant("close" as const), at: fc.nat() }),
  fc.record({ kind: fc.constant("equalise" as const) }),
  fc.record({
    kind: fc.constant("resize" as const),
    path: fc.array(fc.nat(3), { maxLength: 3 }),
    sizes: fc.array(fc.double({ min: 0.05, max: 5, noNaN: true }), { minLength: 2, maxLength: 4 }),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(steps: readonly Step[]): {
  layout: Layout;
  panes: string[];
} {
  let layout: Layout = leaf("p0");
  let panes = ["p0"];
  steps.forEach((one, index) => {
    const pane = "at" in one ? (panes[one.at % panes.length] ?? "") : "";
    if (one.kind === "split" && canSplit(layout)) {
      layout = splitPane(layout, pane, one.side, `p${index + 1}`);
      panes.push(`p${index + 1}`);
    } else if (one.kind === "close" && panes.length > 1) {
      layout = withoutPane(layout, pane) ?? layout;
      panes = panes.filter((name) => name !== pane);
    } else if (one.kind === "equalise") layout = equalised(layout);
    else if (one.kind === "resize") layout = resizeSplit(layout, one.path, one.sizes);
    checkNormal(layout);
  });
  return { layout, panes };
}

function checkNormal(layout: Layout): void {
  if (layout.kind === "leaf") return;
  expect(layout.children.length).toBeGreaterThanOrEqual(2);
  expect(layout.sizes).toHaveLength(layout.children.length);
  expect(layout.sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(1, 9);
  for (const size of layout.sizes) expect(size).toBeGreaterThan(0);
  for (const child of layout.children) {
    expect(child.kind).not.toBe(layout.kind);
    checkNormal(child);
  }
}

const whatever = (check: (layout: Layout, panes: string[]) => void): void =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { layout, panes } = play(steps);
      check(layout, panes);
    }),
    { seed: seed(), numRuns: 300 },
  );

describe("a tree of panes, whatever is done to it", () => {
  it("loses and doubles no pane", () => {
    whatever((layout, panes) => expect([...panesOf(layout)].sort()).toEqual([...panes].sort()));
  });

  it("holds at most 16 panes", () => {
    whatever((layout) => expect(panesOf(layout).length).toBeLessThanOrEqual(16));
    let full: Layout = leaf("p0");
    for (let index = 1; index < 40; index += 1) full = splitPane(full, "p0", index % 2 ? "right" : "down", `p${index}`);
    expect(panesOf(full)).toHaveLength(16);
    expect(splitPane(full, "p0", "right", "more")).toBe(full);
  });

  it("covers its place, and no two panes lie over one another", () => {
    whatever((layout) => {
      const rects = [...rectsOf(layout).values()];
      const area = rects.reduce((sum, one) => sum + (one.right - one.left) * (one.bottom - one.top), 0);
      expect(area).toBeCloseTo(1, 6);
      for (const one of rects) {
        for (const other of rects) {
          if (one === other) continue;
          const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          expect(Math.min(width, height)).toBeLessThan(1e-9);
        }
      }
    });
  });

  it("a step to a side leads out of every pane that does not lie at that edge, and a way back exists", () => {
    whatever((layout, panes) => {
      const rects = rectsOf(layout);
      for (const pane of panes) {
        const rect = rects.get(pane)!;
        const atEdge = { left: rect.left, right: 1 - rect.right, up: rect.top, down: 1 - rect.bottom };
        for (const direction of ["left", "right", "up", "down"] satisfies Direction[]) {
          const next = neighbourOf(layout, pane, direction);
          expect(next === undefined).toBe(atEdge[direction] < 1e-6);
          if (next !== undefined) expect(neighbourOf(layout, next, OPPOSITE[direction])).toBeDefined();
        }
      }
    });
  });

  it("the other side of a split goes with its last pane, and new names keep the shape", () => {
    whatever((layout, panes) => {
      let rest: Layout | null = layout;
      for (const pane of panes) rest = rest === null ? null : withoutPane(rest, pane);
      expect(rest).toBeNull();
      expect(panesOf(renamed(layout, (name) => `${name}!`))).toEqual(panesOf(layout).map((name) => `${name}!`));
    });
  });
});

describe("splitting and closing", () => {
  const two = splitPane(leaf("a"), "a", "right", "b");

  it("halves the place of the pane that is split, in the same row", () => {
    expect(splitPane(two, "b", "right", "c")).toEqual({
      kind: "row",
      sizes: [0.5, 0.25, 0.25],
      children: [leaf("a"), leaf("b"), leaf("c")],
    });
  });

  it("the other way makes a column in the row", () => {
    expect(splitPane(two, "b", "down", "c")).toEqual({
      kind: "row",
      sizes: [0.5, 0.5],
      children: [leaf("a"), { kind: "column", sizes: [0.5, 0.5], children: [leaf("b"), leaf("c")] }],
    });
  });

  it("a row in a column in a row becomes one row when the column goes", () => {
    const nested = splitPane(splitPane(splitPane(two, "b", "down", "c"), "c", "right", "d"), "a", "right", "e");
    expect(withoutPane(nested, "b")).toEqual({
      kind: "row",
      sizes: [0.25, 0.25, 0.25, 0.25],
      children: [leaf("a"), leaf("e"), leaf("c"), leaf("d")],
    });
  });

  it("a pane that is not there changes nothing, nor do sizes that fit nothing", () => {
    expect(splitPane(two, "x", "right", "c")).toBe(two);
    expect(splitPane(two, "a", "right", "b")).toBe(two);
    expect(withoutPane(two, "x")).toBe(two);
    expect(resizeSplit(two, [], [1, 2, 3])).toBe(two);
    expect(resizeSplit(two, [], [1, Number.NaN])).toBe(two);
    expect(resizeSplit(two, [7], [1, 2])).toBe(two);
  });
});

describe("the neighbour on a side", () => {
  it("is the one that shares most of the edge", () => {
    const column = splitPane(splitPane(leaf("a"), "a", "right", "b"), "b", "down", "c");
    const layout = resizeSplit(column, [1], [1, 3]);
    expect(neighbourOf(layout, "a", "right")).toBe("c");
    expect(neighbourOf(layout, "c", "up")).toBe("b");
    expect(neighbourOf(layout, "b", "left")).toBe("a");
    expect(neighbourOf(layout, "a", "left")).toBeUndefined();
  });
});
