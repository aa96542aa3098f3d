import { openState, type TreeRow } from "./tree-model.ts";

type TreeMove =
  | { readonly kind: "go"; readonly index: number }
  | { readonly kind: "flip" }
  | { readonly kind: "activate" };

/** What a key means in the tree, after the ARIA tree pattern; undefined when it means nothing there. */
export function moveInTree(key: string, rows: readonly TreeRow[], current: number, page: number): TreeMove | undefined {
  const row = rows[current];
  if (row === undefined) return undefined;
  const last = rows.length - 1;
  const open = openState(row);
  switch (key) {
    case "ArrowDown":
      return { kind: "go", index: Math.min(last, current + 1) };
    case "ArrowUp":
      return { kind: "go", index: Math.max(0, current - 1) };
    case "Home":
      return { kind: "go", index: 0 };
    case "End":
      return { kind: "go", index: last };
    case "PageDown":
      return { kind: "go", index: Math.min(last, current + Math.max(1, page - 1)) };
    case "PageUp":
      return { kind: "go", index: Math.max(0, current - Math.max(1, page - 1)) };
    case "ArrowRight":
      if (open === false) return { kind: "flip" };
      return { kind: "go", index: rows[current + 1]?.parentKey === row.key ? current + 1 : current };
    case "ArrowLeft": {
      if (open === true) return { kind: "flip" };
      const parent = rows.findIndex(({ key: other }) => other === row.parentKey);
      return { kind: "go", index: parent === -1 ? current : parent };
    }
    case "Enter":
      return { kind: "activate" };
    case " ":
      return open === undefined ? { kind: "activate" } : { kind: "flip" };
    default:
      return undefined;
  }
}
