import type { Store } from "../../electron/engine/store.ts";

/** A store that forgets with the test. */
export class MemoryStore implements Store {
  readonly texts = new Map<string, string>();
  readonly secrets = new Map<string, string>();

  async read(name: string): Promise<string | undefined> {
    return this.texts.get(name);
  }

  async write(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
  }

  async list(): Promise<string[]> {
    return [...this.texts.keys()];
  }

  async remove(name: string): Promise<void> {
    this.texts.delete(name);
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
