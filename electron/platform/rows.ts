import { z } from "zod";
import { LIMITS } from "../../shared/limits.ts";
import * as models from "../../shared/models.ts";
import { visibleText } from "../../shared/visible-text.ts";
import type { Log } from "../base/log.ts";

/** What calls name things by (shared/contract.ts): a row that no call could name is of no use. */
const name = z.string().min(1).max(LIMITS.label);

/** The contract's things as the platform may list them. */
export const ROWS = {
  organization: models.organization.extend({ slug: name }),
  app: models.app.extend({ name, orgSlug: name }),
  machine: models.machine,
  peer: models.peer.omit({ thisComputer: true, leftBehind: true }).extend({ name }),
} as const;

/** A text that is only shown, never asked for by. */
export const shownText = z.string().transform((text) => visibleText(text.slice(0, LIMITS.label)));

/** The rows that the contract takes: one that it does not take must not cost a person the others. The log counts those. */
export function fittingRows<T>(rows: readonly T[], row: z.ZodType, log: Log): T[] {
  const fitting = rows.filter((one) => row.safeParse(one).success);
  if (fitting.length < rows.length)
    log.warn("platform.rows-left-out", { leftOut: rows.length - fitting.length, kept: fitting.length });
  return fitting;
}
