import { z } from "zod";
import { LIMITS } from "./limits.ts";

/**
 * The tabs of a window with their panes, as they are kept over a reload and a restart. A tree of panes is a flat list
 * (a split, then its children, each the same way), so that no depth of nesting can hurt whoever reads it.
 */

/** What a window may keep. */
export const LAYOUT_LIMITS = { tabs: LIMITS.sessions, panes: 16 } as const;

export const LAYOUT_VERSION = 1;

/** A shell's name over restarts: also part of the name of the file that keeps its text. */
export const keptSessionId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/);

const id = z.string().min(1).max(100);
const name = z.string().min(1).max(LIMITS.label);

/** What was asked to be opened: a machine, or an app whose first running machine will do. */
export const shellRequest = z
  .object({
    accountId: id,
    orgSlug: name,
    appName: name,
    machine: z.object({ id, name: z.string().max(LIMITS.label), region: z.string().max(LIMITS.label) }).nullable(),
  })
  .strict();
export type ShellRequest = z.infer<typeof shellRequest>;

const savedPane = z.object({ request: shellRequest, sessionId: keptSessionId.nullable() }).strict();
export type SavedPane = z.infer<typeof savedPane>;

const savedNode = z.union([
  z.object({ pane: savedPane }).strict(),
  z
    .object({
      split: z.enum(["row", "column"]),
      /** One for each child: parts of 1. */
      sizes: z.array(z.number().min(0.001).max(1)).min(2).max(LAYOUT_LIMITS.panes),
    })
    .strict(),
]);
export type SavedNode = z.infer<typeof savedNode>;

const savedTab = z
  .object({
    nodes: z
      .array(savedNode)
      .min(1)
      .max(2 * LAYOUT_LIMITS.panes - 1)
      .refine(isOneTree, "not one tree"),
    /** Which of its panes, in reading order. */
    focused: z
      .number()
      .int()
      .min(0)
      .max(LAYOUT_LIMITS.panes - 1),
    zoomed: z.boolean(),
  })
  .strict();
export type SavedTab = z.infer<typeof savedTab>;

export const savedLayout = z
  .object({
    version: z.literal(LAYOUT_VERSION),
    /** Which tab is in front. */
    active: z
      .number()
      .int()
      .min(0)
      .max(LAYOUT_LIMITS.tabs - 1)
      .nullable(),
    tabs: z.array(savedTab).max(LAYOUT_LIMITS.tabs),
  })
  .strict();
export type SavedLayout = z.infer<typeof savedLayout>;

/** Whether a list in this order is one whole tree, with no more panes than a tab may have. */
function isOneTree(nodes: readonly SavedNode[]): boolean {
  let missing = 1;
  let panes = 0;
  for (const node of nodes) {
    if (missing === 0) return false;
    if ("pane" in node) panes += 1;
    missing += "pane" in node ? -1 : node.sizes.length - 1;
  }
  return missing === 0 && panes <= LAYOUT_LIMITS.panes;
}
