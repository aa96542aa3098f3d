import { z } from "zod";
import { CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";

/** Relay connections, read to their end. `nodes` and each node may be null: such nodes are left out. */

export const PAGE_SIZE = 100;
/** A list longer than this is cut, and so is a page longer than was asked for; the log says so. A server may always have more. */
const MOST_PAGES = 200;

/** The connection { nodes { … } pageInfo { hasNextPage endCursor } }. */
export function connection<T extends z.ZodType>(node: T) {
  return z.object({
    nodes: nodes(node),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  });
}

/** A nullable list of nullable nodes as a plain list. */
export function nodes<T extends z.ZodType>(node: T) {
  return z
    .array(node.nullable())
    .nullable()
    .transform((items) => (items ?? []).filter((item): item is z.output<T> => item !== null));
}

export interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Asks page after page. A cursor that comes twice is an `api-error`. */
export async function everyPage<T>(ask: (after: string | null) => Promise<Page<T>>, log: Log): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let after: string | null = null;
  let isCut = false;
  for (let count = 0; count < MOST_PAGES; count++) {
    const page: Page<T> = await ask(after);
    items.push(...page.nodes.slice(0, PAGE_SIZE));
    isCut ||= page.nodes.length > PAGE_SIZE;
    if (!page.pageInfo.hasNextPage) {
      if (isCut) log.warn("platform.list-cut", { pages: count + 1, items: items.length });
      return items;
    }
    after = page.pageInfo.endCursor;
    if (after === null || seen.has(after)) throw new CulvertError("api-error", "the list never ends");
    seen.add(after);
  }
  log.warn("platform.list-cut", { pages: MOST_PAGES, items: items.length });
  return items;
}
