import type { TreeRow } from "./tree-model.ts";

/** aria-posinset and aria-setsize: few rows are in the document, so that it does not tell how many there are. */
interface TreePlaces {
  /** From 1 among the rows with the same parent, for each row. */
  readonly positions: Uint32Array;
  /** How many rows have this parent. */
  readonly sizes: ReadonlyMap<string | null, number>;
}

/** Counted in one pass: rows of one parent mostly follow each other. */
export function placesOf(rows: readonly TreeRow[]): TreePlaces {
  const positions = new Uint32Array(rows.length);
  const sizes = new Map<string | null, number>();
  let parent: string | null = null;
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const { parentKey } = rows[i]!;
    if (parentKey !== parent) {
      sizes.set(parent, count);
      parent = parentKey;
      count = sizes.get(parent) ?? 0;
    }
    count += 1;
    positions[i] = count;
  }
  sizes.set(parent, count);
  return { positions, sizes };
}
