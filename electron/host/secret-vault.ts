import { z } from "zod";
import type { SecurityReport } from "../../shared/models.ts";
import type { Log } from "../base/log.ts";
import type { PrivateFiles } from "./private-files.ts";

/** Named secrets: tokens, private keys, passwords. */
export interface SecretVault {
  /** How it keeps them: sealed by the system's key store, in a file that only this user may read, or while it runs. */
  readonly keeps: SecurityReport["secrets"];
  read(key: string): Promise<string | undefined>;
  write(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** How the values of a vault file are kept: as they are, or sealed by the system's key store. */
export interface SecretSeal {
  readonly keeps: "keystore" | "file";
  seal(value: string): Promise<string>;
  /** Undefined when this computer or user cannot open it any more. */
  unseal(sealed: string): Promise<string | undefined>;
}

export const plainSeal: SecretSeal = {
  keeps: "file",
  seal: async (value) => value,
  unseal: async (sealed) => sealed,
};

const document = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.string()) });

/** Secrets in one private file. Changes are made one after the other, so that none is lost. */
export class FileVault implements SecretVault {
  readonly #files: PrivateFiles;
  readonly #name: string;
  readonly #seal: SecretSeal;
  readonly #sealed: Map<string, string>;
  #saving: Promise<void> = Promise.resolve();

  private constructor(files: PrivateFiles, name: string, seal: SecretSeal, sealed: Map<string, string>) {
    this.#files = files;
    this.#name = name;
    this.#seal = seal;
    this.#sealed = sealed;
  }

  static async open(files: PrivateFiles, name: string, seal: SecretSeal, log: Log): Promise<FileVault> {
    const text = await files.read(name);
    const secrets = text === undefined ? {} : parseDocument(text);
    if (text !== undefined && secrets === undefined) {
      log.warn("a file of secrets could not be read and was set aside", { name });
      await files.setAside(name, text);
    }
    return new FileVault(files, name, seal, new Map(Object.entries(secrets ?? {})));
  }

  get keeps(): SecurityReport["secrets"] {
    return this.#seal.keeps;
  }

  async read(key: string): Promise<string | undefined> {
    const sealed = this.#sealed.get(key);
    return sealed === undefined ? undefined : this.#seal.unseal(sealed);
  }

  async write(key: string, value: string): Promise<void> {
    this.#sealed.set(key, await this.#seal.seal(value));
    await this.#save();
  }

  async delete(key: string): Promise<void> {
    if (this.#sealed.delete(key)) await this.#save();
  }

  #save(): Promise<void> {
    const next = this.#saving
      .catch(() => undefined)
      .then(() =>
        this.#files.write(this.#name, JSON.stringify({ version: 1, secrets: Object.fromEntries(this.#sealed) })),
      );
    this.#saving = next;
    return next;
  }
}

/** Secrets that end with the process. */
export class MemoryVault implements SecretVault {
  readonly keeps = "session";
  readonly #secrets = new Map<string, string>();

  async read(key: string): Promise<string | undefined> {
    return this.#secrets.get(key);
  }

  async write(key: string, value: string): Promise<void> {
    this.#secrets.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#secrets.delete(key);
  }
}

/** Reads from both, writes to `first` only: what lies in `second` moves over when it is touched. */
export class MigratingVault implements SecretVault {
  readonly #first: SecretVault;
  readonly #second: SecretVault;

  constructor(first: SecretVault, second: SecretVault) {
    this.#first = first;
    this.#second = second;
  }

  get keeps(): SecurityReport["secrets"] {
    return this.#first.keeps;
  }

  async read(key: string): Promise<string | undefined> {
    // The other edition wrote it after us, or it would have been moved already.
    const newer = await this.#second.read(key);
    if (newer === undefined) return this.#first.read(key);
    await this.write(key, newer);
    return newer;
  }

  async write(key: string, value: string): Promise<void> {
    await this.#first.write(key, value);
    await this.#second.delete(key);
  }

  async delete(key: string): Promise<void> {
    await this.#first.delete(key);
    await this.#second.delete(key);
  }
}

function parseDocument(text: string): Record<string, string> | undefined {
  try {
    return document.safeParse(JSON.parse(text)).data?.secrets;
  } catch {
    return undefined;
  }
}
