/**
 * What the engine keeps between runs, as the host implements it: small named texts, and secrets apart from them.
 * Writes are atomic; a failure is a CulvertError with the code "storage".
 */
export interface Store extends Texts {
  /** The names of all texts, in no order. */
  list(): Promise<string[]>;
  /** Forgets the text; nothing when there is none. */
  remove(name: string): Promise<void>;
  readSecret(key: string): Promise<string | undefined>;
  writeSecret(key: string, value: string): Promise<void>;
  deleteSecret(key: string): Promise<void>;
}

export interface Texts {
  /** The text last written under `name` (lower-case letters and dashes), or undefined. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}
