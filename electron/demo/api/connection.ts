import { apiError } from "./api-error.ts";

/** Relay connections over a list whose items have an id: cursors name the item, so that a page survives removals before it. */

export interface PageArguments {
  readonly after?: string | null;
  readonly before?: string | null;
  readonly first?: number | null;
  readonly last?: number | null;
}

export interface Connection<T> {
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly totalCount: number;
  readonly pageInfo: {
    readonly startCursor: string | null;
    readonly endCursor: string | null;
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
  };
}

export function connectionOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  page: PageArguments,
  mostPerPage: number,
): Connection<T> {
  const cursorOf = (item: T): string => Buffer.from(idOf(item)).toString("base64url");
  const indexOf = (cursor: string): number => {
    const index = items.findIndex((item) => cursorOf(item) === cursor);
    if (index < 0)
      throw apiError("INVALID_ARGUMENTS", `\`${cursor.slice(0, 100)}\` does not appear to be a valid cursor.`);
    return index;
  };
  let from = typeof page.after === "string" && page.after !== "" ? indexOf(page.after) + 1 : 0;
  let to = typeof page.before === "string" && page.before !== "" ? indexOf(page.before) : items.length;
  const first = limit(page.first);
  const last = limit(page.last);
  if (first !== undefined) to = Math.min(to, from + first);
  if (last !== undefined) from = Math.max(from, to - last);
  // Without `first` but with `last` the end of the list is wanted, and the cap takes from its start.
  if (last !== undefined && first === undefined) from = Math.max(from, to - mostPerPage);
  else to = Math.min(to, from + mostPerPage);
  const nodes = items.slice(from, Math.max(from, to));
  return {
    nodes,
    edges: nodes.map((node) => ({ cursor: cursorOf(node), node })),
    totalCount: items.length,
    pageInfo: {
      startCursor: nodes.length > 0 ? cursorOf(nodes[0]!) : null,
      endCursor: nodes.length > 0 ? cursorOf(nodes.at(-1)!) : null,
      hasNextPage: from + nodes.length < items.length,
      hasPreviousPage: from > 0,
    },
  };
}

function limit(value: number | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (value < 0) throw apiError("INVALID_ARGUMENTS", "a page cannot have fewer than no items");
  return value;
}
