import { join } from "node:path";
import { CulvertError } from "../base/errors.ts";
import { type LockHolder, ProcessLock } from "./process-lock.ts";

/** Thrown when another live process holds the profile. */
export class ProfileHeldError extends CulvertError {
  readonly holder: LockHolder;

  constructor(holder: LockHolder) {
    const where = holder.url === undefined ? "" : ` at ${holder.url}`;
    super("already-running", `process ${holder.pid}${where}`);
    this.holder = holder;
  }
}

const FILE = "core.lock";

/** Held from start to end by the one process that may write to a profile. Throws ProfileHeldError, or CulvertError storage. */
export function lockProfile(folder: string): ProcessLock {
  return ProcessLock.acquire(join(folder, FILE), (holder) => new ProfileHeldError(holder));
}
