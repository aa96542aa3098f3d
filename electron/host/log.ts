import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import type { Disposable } from "../base/dispose.ts";
import type { Log, LogFields } from "../base/log.ts";
import { RotatingFile } from "./rotating-file.ts";

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
/** There are two files at most: this one and the one before. */
const LARGEST_LOG_BYTES = 5 * 1024 * 1024;
const LEVELS = new Set(["debug", "info", "warn", "error", "silent"]);

export type FileLog = Log & Disposable;

/** Lines of JSON in `<folder>/culvert.log`, 0600; level from CULVERT_LOG (debug, info, warn, error, silent). */
export function openLog(folder: string, env: NodeJS.ProcessEnv = process.env): FileLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = new RotatingFile(join(folder, "culvert.log"), LARGEST_LOG_BYTES);
  const wanted = env["CULVERT_LOG"] ?? "info";
  const level = LEVELS.has(wanted) ? wanted : "info";
  const logger = pino({ level, base: { pid: process.pid }, redact: SECRET_FIELDS }, file);
  const at = (name: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) =>
    logger[name](fields ?? {}, event);
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), dispose: () => file.dispose() };
}
