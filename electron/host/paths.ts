import { isAbsolute, join, resolve } from "node:path";
import envPaths from "env-paths";

/** Where Culvert keeps its files. `CULVERT_CONFIG_DIR` moves all of them. */
export interface ProfilePaths {
  /** Settings, accounts, secrets, the lock. */
  readonly config: string;
  readonly log: string;
  /** Packet captures. */
  readonly captures: string;
}

export function profilePaths(env: NodeJS.ProcessEnv = process.env): ProfilePaths {
  const moved = env["CULVERT_CONFIG_DIR"];
  if (moved !== undefined && moved !== "") {
    const config = isAbsolute(moved) ? moved : resolve(moved);
    return { config, log: join(config, "log"), captures: join(config, "captures") };
  }
  const { config, log, data } = envPaths("culvert", { suffix: "" });
  return { config, log, captures: join(data, "captures") };
}
