import type { Disposable } from "../base/dispose.ts";
import { type FileLog, openLog } from "./log.ts";
import { type ProfilePaths, profilePaths } from "./paths.ts";
import { PrivateFiles } from "./private-files.ts";
import type { ProcessLock } from "./process-lock.ts";
import { lockProfile } from "./profile-lock.ts";

/** A user's files while this process holds them. */
export interface Profile extends Disposable {
  readonly paths: ProfilePaths;
  readonly files: PrivateFiles;
  readonly lock: ProcessLock;
  readonly log: FileLog;
}

/** Takes the profile for this process; throws ProfileHeldError when another has it. */
export async function openProfile(paths: ProfilePaths = profilePaths()): Promise<Profile> {
  const files = await PrivateFiles.open(paths.config);
  const lock = lockProfile(paths.config);
  const log = openLog(paths.log);
  return {
    paths,
    files,
    lock,
    log,
    dispose: () => {
      log.dispose();
      lock.dispose();
    },
  };
}
