import { mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import type { Log, LogFields } from "../base/log.ts";

/** Names under which a secret could reach the log by mistake. */
const SECRET_FIELDS = [
  "token",
  "accessToken",
  "authorization",
  "cookie",
  "password",
  "passphrase",
  "privateKey",
  "presharedKey",
  "secret",
  "seed",
];
const LARGEST_LOG_BYTES = 5 * 1024 * 1024;
const LEVELS = new Set(["debug", "info", "warn", "error", "silent"]);

export interface FileLog extends Log {
  /** Writes what is still buffered. */
  flush(): void;
}

/** Lines of JSON in `<folder>/culvert.log`, 0600; level from CULVERT_LOG (debug, info, warn, error, silent). */
export function openLog(folder: string, env: NodeJS.ProcessEnv = process.env): FileLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "culvert.log");
  rotate(path);
  const wanted = env["CULVERT_LOG"] ?? "info";
  const level = LEVELS.has(wanted) ? wanted : "info";
  const destination = pino.destination({ dest: path, mode: 0o600, sync: true });
  const logger = pino({ level, base: { pid: process.pid }, redact: SECRET_FIELDS }, destination);
  // A full disk must not end the program.
  destination.on("error", () => undefined);
  const at = (name: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) =>
    logger[name](fields ?? {}, event);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    flush: () => destination.flushSync(),
  };
}

function rotate(path: string): void {
  try {
    if (statSync(path).size > LARGEST_LOG_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // No log yet.
  }
}
