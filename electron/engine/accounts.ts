import { z } from "zod";
import type { ErrorInfo } from "../../shared/errors.ts";
import { LIMITS } from "../../shared/limits.ts";
import type { Account } from "../../shared/models.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { CulvertError } from "../base/errors.ts";
import { JsonDocument } from "./json-document.ts";
import type { Store } from "./store.ts";

const accountRecord = z.object({
  id: z.string(),
  kind: z.enum(["platform", "demo", "config"]),
  /** As a person can read it: it may be from a link, a file's name or the platform. */
  label: z.string().transform(visibleText),
  viewer: z.string().nullable(),
  /** GraphQL URL; null for a configuration. */
  endpoint: z.string().nullable(),
});
export type AccountRecord = z.infer<typeof accountRecord>;

/** Fly.io's own API: an account of it is not told apart by its endpoint. */
export const PLATFORM_ENDPOINT = "https://api.fly.io/graphql";

/** The accounts of this installation. An account's secret (token, or text of its configuration) is kept apart. */
export class Accounts {
  readonly #document: JsonDocument<AccountRecord[]>;
  readonly #store: Store;
  readonly #onChange: (accounts: Account[]) => void;
  readonly #errors = new Map<string, ErrorInfo>();

  constructor(store: Store, onChange: (accounts: Account[]) => void) {
    this.#store = store;
    this.#document = new JsonDocument(store, "accounts", z.array(accountRecord), []);
    this.#onChange = onChange;
  }

  async list(): Promise<Account[]> {
    return (await this.#document.get()).map((record) => this.#toModel(record));
  }

  async get(id: string): Promise<AccountRecord> {
    const record = (await this.#document.get()).find((candidate) => candidate.id === id);
    if (record === undefined) throw new CulvertError("not-found", `account ${id}`);
    return record;
  }

  /** The account that this viewer already has at this endpoint. */
  async find(endpoint: string, viewer: string): Promise<AccountRecord | undefined> {
    return (await this.#document.get()).find((record) => record.endpoint === endpoint && record.viewer === viewer);
  }

  async secret(id: string): Promise<string> {
    const secret = await this.#store.readSecret(secretKey(id));
    if (secret === undefined)
      throw new CulvertError("storage", "this account's secret is no longer stored here; sign in again");
    return secret;
  }

  /** Adds an account, or replaces the one of the same id. */
  put(given: AccountRecord, secret: string): Promise<Account> {
    return this.#put(given, secret, (record) => record);
  }

  /** Adds an account whose label becomes "Office 2" where another one is called "Office" already. */
  add(given: AccountRecord, secret: string): Promise<Account> {
    return this.#put(given, secret, (record, others) => ({ ...record, label: labelAmong(record.label, others) }));
  }

  async #put(
    given: AccountRecord,
    secret: string,
    named: (record: AccountRecord, others: AccountRecord[]) => AccountRecord,
  ): Promise<Account> {
    const parsed = accountRecord.parse(given);
    let record = parsed;
    await this.#store.writeSecret(secretKey(parsed.id), secret);
    await this.#document.update((records) => {
      const others = records.filter(({ id }) => id !== parsed.id);
      record = named(parsed, others);
      return [...others, record];
    });
    this.#errors.delete(record.id);
    this.#onChange(await this.list());
    return this.#toModel(record);
  }

  /** Another label, unique as that of an account that is added. Its place among the others stays. */
  async rename(id: string, label: string): Promise<Account> {
    let renamed: AccountRecord | undefined;
    await this.#document.update((records) =>
      records.map((record) => {
        if (record.id !== id) return record;
        const others = records.filter((other) => other.id !== id);
        renamed = { ...record, label: labelAmong(visibleText(label).trim(), others) };
        return renamed;
      }),
    );
    if (renamed === undefined) throw new CulvertError("not-found", `account ${id}`);
    this.#onChange(await this.list());
    return this.#toModel(renamed);
  }

  /** Of an account that is removed meanwhile, nothing is kept. */
  async replaceSecret(id: string, secret: string): Promise<void> {
    await this.get(id);
    await this.#store.writeSecret(secretKey(id), secret);
    try {
      await this.get(id);
    } catch (gone) {
      await this.#store.deleteSecret(secretKey(id));
      throw gone;
    }
  }

  async remove(id: string): Promise<void> {
    await this.#document.update((records) => records.filter((record) => record.id !== id));
    await this.#store.deleteSecret(secretKey(id));
    this.#errors.delete(id);
    this.#onChange(await this.list());
  }

  /** What keeps the account from being used, or null once it works again. */
  async setError(id: string, error: ErrorInfo | null): Promise<void> {
    if (this.#errors.get(id)?.code === error?.code) return;
    if (error === null) this.#errors.delete(id);
    else this.#errors.set(id, error);
    this.#onChange(await this.list());
  }

  #toModel({ id, kind, label, viewer, endpoint }: AccountRecord): Account {
    return { id, kind, label, viewer, endpoint: elsewhere({ kind, endpoint }), error: this.#errors.get(id) ?? null };
  }
}

/** The endpoint of an account at another platform than Fly.io; null for the others. */
export function elsewhere({ kind, endpoint }: Pick<AccountRecord, "kind" | "endpoint">): string | null {
  return kind === "platform" && endpoint !== PLATFORM_ENDPOINT ? endpoint : null;
}

/** Nothing but its label tells an imported file from another to whoever reads the tree, the log or the names of captures. */
function labelAmong(label: string, others: readonly AccountRecord[]): string {
  const taken = new Set(others.map((other) => asCompared(other.label)));
  let unique = label;
  for (let number = 2; taken.has(asCompared(unique)); number++) {
    const suffix = ` ${number}`;
    unique = `${label.slice(0, LIMITS.label - suffix.length).trimEnd()}${suffix}`;
  }
  return unique;
}

/** "Office" and "office " differ to nobody, and captures have names of small letters. */
function asCompared(label: string): string {
  return label.trim().toLowerCase();
}

function secretKey(id: string): string {
  return `account:${id}`;
}
