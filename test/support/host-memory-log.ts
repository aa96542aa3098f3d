import type { Log, LogFields } from "../../electron/base/log.ts";

/** A log that keeps its lines. */
export class MemoryLog implements Log {
  readonly lines: { level: string; event: string; fields: LogFields | undefined }[] = [];

  debug(event: string, fields?: LogFields): void {
    this.lines.push({ level: "debug", event, fields });
  }

  info(event: string, fields?: LogFields): void {
    this.lines.push({ level: "info", event, fields });
  }

  warn(event: string, fields?: LogFields): void {
    this.lines.push({ level: "warn", event, fields });
  }

  error(event: string, fields?: LogFields): void {
    this.lines.push({ level: "error", event, fields });
  }
}
