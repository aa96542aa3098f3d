import type { CulvertError } from "../base/errors.ts";

/** The closed list of shared/errors.ts, seen through base: this room imports nothing of shared. */
export type ErrorCode = CulvertError["code"];
