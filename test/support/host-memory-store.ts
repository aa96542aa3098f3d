import type { Log, LogFields } from "../../electron/base/log.ts";
import type { Store } from "../../electron/engine/store.ts";

/** A store in memory whose content tests may look at and spoil. */
export class MemoryStore implements Store {
  readonly texts = new Map<string, string>();
  readonly secrets = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.texts.get(name);
  }

  async write(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
  }

  async readSecret(key: string): Promise<string | undefined> {
    return this.secrets.get(key);
  }

  async writeSecret(key: string, value: string): Promise<void> {
    this.secrets.set(key, value);
  }

  async deleteSecret(key: string): Promise<void> {
    this.secrets.delete(key);
  }
}

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
