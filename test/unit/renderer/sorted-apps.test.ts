import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { containsAll, matchesOf, sortedApps } from "../../../renderer/features/apps/sorted-apps.ts";
import { buildTree, type TreeSource, termsOf } from "../../../renderer/features/apps/tree-model.ts";
import { placesOf } from "../../../renderer/features/apps/tree-places.ts";
import type { Machine } from "../../../shared/models.ts";
import { app, DEMO, machine, org } from "../../support/renderer-fixtures.ts";

const HARBOR = org("harbor", "Harbor Lights");
const seed = Number(process.env["CULVERT_SEED"] ?? Date.now() % 1_000_000);

function sourceOf(names: readonly string[], lists: ReadonlyMap<string, Machine[]> = new Map()): TreeSource {
  const apps = { items: names.map((name) => app(name, "harbor")), error: null };
  return {
    accounts: [DEMO],
    pins: [],
    organizations: () => ({ items: [HARBOR], error: null }),
    apps: () => apps,
    machines: (_account, { name }) => ({ items: lists.get(name), error: null }),
    listed: () => lists.keys(),
  };
}

const rowsOf = (source: TreeSource, filter: string, flipped: readonly string[] = []) =>
  buildTree(source, { terms: termsOf(filter), flipped: new Set(flipped) });

describe("what one key leaves for the next", () => {
  it(`any way of typing finds what looking at every name finds (seed ${seed})`, () => {
    const letters = fc.constantFrom("a", "b", "-", " ");
    const text = fc.array(letters, { maxLength: 5 }).map((some) => some.join(""));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), fc.array(text, { maxLength: 12 }), (names, typed) => {
        const sorted = sortedApps(names.map((name) => app(name, "harbor")));
        for (const filter of typed) {
          const terms = termsOf(filter);
          const hits = matchesOf(sorted, terms);
          const found = sorted.filter((_, i) => hits === undefined || hits[i] === 1);
          expect(found).toEqual(sorted.filter((one) => containsAll(one.text, terms)));
        }
      }),
      { seed },
    );
  });

  it("an app keeps its row for as long as it says the same", () => {
    const source = sourceOf(["api", "web"]);
    const [, api, web] = rowsOf(source, "");
    expect(rowsOf(source, "we")[1]).toBe(web);
    expect(rowsOf(source, "")[1]).toBe(api);
    const open = rowsOf(source, "", ["app/demo/harbor/web"]);
    expect(open.map(({ kind }) => kind)).toEqual(["org", "app", "app", "loading"]);
    expect(open[1]).toBe(api);
    expect(rowsOf(source, "")[2]).toMatchObject({ key: "app/demo/harbor/web", open: false });
  });

  it("machines that come later are in the row, and are found by the words typed before", () => {
    const lists = new Map<string, Machine[]>();
    const source = sourceOf(["api", "web"], lists);
    expect(rowsOf(source, "ams")).toEqual([]);
    lists.set("web", [machine("m1", "ams")]);
    expect(rowsOf(source, "ams").map(({ key }) => key)).toEqual([
      "org/demo/harbor",
      "app/demo/harbor/web",
      "app/demo/harbor/web/m1",
    ]);
    expect(rowsOf(source, "")[2]).toMatchObject({ open: false, machines: [{ id: "m1" }] });
    lists.delete("web");
    expect(rowsOf(source, "")[2]).toMatchObject({ open: false, machines: undefined });
  });
});

describe("the places of rows", () => {
  it("count the rows with the same parent, also around what is open between them", () => {
    const lists = new Map([["api", [machine("m1", "ams"), machine("m2", "fra")]]]);
    const rows = rowsOf(sourceOf(["api", "web"], lists), "", ["app/demo/harbor/api"]);
    const { positions, sizes } = placesOf(rows);
    expect(rows.map(({ key, parentKey }, i) => [key.split("/").at(-1), positions[i], sizes.get(parentKey)])).toEqual([
      ["harbor", 1, 1],
      ["api", 1, 2],
      ["m1", 1, 2],
      ["m2", 2, 2],
      ["web", 2, 2],
    ]);
  });
});
