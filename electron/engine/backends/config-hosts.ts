import { randomUUID } from "node:crypto";
import { z } from "zod";
import { bareHost, type HostPlace, isSamePlace } from "../../../shared/host-name.ts";
import { type HostChange, type HostInput, hostLogin, type ShownHost } from "../../../shared/models.ts";
import { asCulvertError, CulvertError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { SshLogin } from "../../ssh/client.ts";
import { openKeyFile } from "../../ssh/key-file.ts";
import { checkPrivateKey } from "../../ssh/login.ts";
import { JsonDocument, parseJson } from "../json-document.ts";
import type { Store } from "../store.ts";

const hostRecord = z.object({
  name: z.string(),
  host: z.string(),
  port: z.number().int(),
  user: z.string(),
  /** Under which name its login is kept; its own, when there is none. */
  login: z.string().optional(),
});
type HostRecord = z.infer<typeof hostRecord>;
type HostLogin = z.infer<typeof hostLogin>;

/**
 * The hosts that a person named in an imported configuration. A record names its login, and both change with the one write
 * of the record: at no time, a crash included, does a password belong to an address that it was not given for.
 */
export class ConfigHosts {
  readonly #store: Store;
  readonly #accountId: string;
  readonly #log: Log;
  readonly #records: JsonDocument<HostRecord[]>;
  /** A host that is being added while the account goes leaves nothing behind. */
  #isForgotten = false;

  constructor({ store, accountId, log }: { store: Store; accountId: string; log: Log }) {
    this.#store = store;
    this.#accountId = accountId;
    this.#log = log;
    this.#records = new JsonDocument(store, `hosts-${accountId}`, z.array(hostRecord), []);
  }

  /** In the order they were added. */
  list(): Promise<readonly HostRecord[]> {
    return this.#records.get();
  }

  async get(name: string): Promise<HostRecord> {
    return found(await this.#records.get(), name);
  }

  async access(name: string): Promise<HostPlace & { readonly login: SshLogin }> {
    const record = await this.get(name);
    const login = await this.#login(record);
    if (login === undefined)
      throw new CulvertError("ssh-auth-failed", "no login is kept for this host; edit it to give one");
    if (login.kind === "password") return { ...record, login };
    // Of an older version: opened when it was given, a key needs no passphrase any more.
    const { privateKey, passphrase } = await openKeyFile(login);
    return { ...record, login: { kind: "key", privateKey, ...(passphrase ? { passphrase } : {}) } };
  }

  async read(name: string): Promise<ShownHost> {
    const record = await this.get(name);
    const login = await this.#login(record);
    return { name, host: record.host, port: record.port, user: record.user, login: await shownLogin(login) };
  }

  add(input: HostInput): Promise<HostRecord> {
    return this.#withLogin(input.login, async (login) => {
      const record = { ...placeOf(input), name: input.name, login };
      await this.#update((hosts) => {
        refuseTaken(hosts, input.name);
        return [...hosts, record];
      });
      return record;
    });
  }

  /** Stays where it is in the list. A kept login goes along only with address, port and user: nobody else is to be sent it. */
  async change(name: string, { login, ...input }: HostChange): Promise<HostRecord> {
    const place = placeOf(input);
    if (login.kind !== "kept")
      return this.#withLogin(login, (key) => this.#replace(name, () => ({ ...place, name: input.name, login: key })));
    const before = await this.get(name);
    const kept = await this.#login(before);
    const rename = (key: string): Promise<HostRecord> =>
      this.#replace(name, (old) => {
        // Another window may have given it another login meanwhile, for another place.
        if (kept === undefined || !isSamePlace(old, place)) throw new CulvertError("login-needed");
        return { ...old, name: input.name, login: old.login ?? key };
      });
    if (kept === undefined || before.login !== undefined) return rename(keyOf(before));
    // An older version, which knows a login by its host's name alone, would send this one to the next host called so.
    return this.#keepLogin(kept, rename);
  }

  async remove(name: string): Promise<void> {
    let gone: HostRecord | undefined;
    await this.#update((hosts) => {
      gone = hosts.find((host) => host.name === name);
      return hosts.filter((host) => host.name !== name);
    });
    if (gone !== undefined) await this.#dropLogin(gone);
  }

  async forget(): Promise<void> {
    this.#isForgotten = true;
    for (const host of await this.#records.remove(this.#store)) await this.#dropLogin(host);
  }

  /** The login that the record named before goes, if it names another one now. */
  async #replace(name: string, next: (old: HostRecord) => HostRecord): Promise<HostRecord> {
    let done: { readonly old: HostRecord; readonly record: HostRecord } | undefined;
    await this.#update((hosts) => {
      const old = found(hosts, name);
      const record = next(old);
      if (record.name !== name) refuseTaken(hosts, record.name);
      done = { old, record };
      return hosts.with(hosts.indexOf(old), record);
    });
    if (done === undefined) throw new CulvertError("not-found", name);
    const { old, record } = done;
    if (keyOf(old) !== keyOf(record)) await this.#dropLogin(old);
    return record;
  }

  #update(change: (hosts: HostRecord[]) => HostRecord[]): Promise<unknown> {
    return this.#records.update((hosts) => {
      if (this.#isForgotten) throw new CulvertError("not-found", "the account was removed");
      return change(hosts);
    });
  }

  async #withLogin<T>(login: HostLogin, use: (key: string) => Promise<T>): Promise<T> {
    if (login.kind !== "key") return await this.#keepLogin(login, use);
    // What opens it would be kept beside it, and each shell would wait for its rounds.
    const opened = await openKeyFile(login);
    checkPrivateKey(opened.privateKey, opened.passphrase || undefined);
    return await this.#keepLogin({ kind: "key", ...opened }, use);
  }

  /** Keeps a login under a name of its own while `use` makes a record name it; what no record came to name goes again. */
  async #keepLogin<T>(login: HostLogin, use: (key: string) => Promise<T>): Promise<T> {
    const key = randomUUID();
    await this.#store.writeSecret(this.#secret({ login: key, name: key }), JSON.stringify(login));
    try {
      return await use(key);
    } finally {
      const isNamed = (await this.#records.get()).some((host) => host.login === key);
      if (!isNamed) await this.#dropLogin({ login: key, name: key });
    }
  }

  /** Of what no record names any more. The records are written by then: that it stays changes nothing of what was asked. */
  async #dropLogin(of: Pick<HostRecord, "login" | "name">): Promise<void> {
    try {
      await this.#store.deleteSecret(this.#secret(of));
    } catch (error) {
      this.#log.warn("a login was not forgotten", { account: this.#accountId, error: asCulvertError(error).code });
    }
  }

  async #login(host: HostRecord): Promise<HostLogin | undefined> {
    const text = await this.#store.readSecret(this.#secret(host));
    return hostLogin.safeParse(text === undefined ? undefined : parseJson(text)).data;
  }

  #secret(host: Pick<HostRecord, "login" | "name">): string {
    return `login:${this.#accountId}:${keyOf(host)}`;
  }
}

function keyOf({ login, name }: Pick<HostRecord, "login" | "name">): string {
  return login ?? name;
}

function placeOf({ host, port, user }: HostPlace): HostPlace {
  return { host: bareHost(host), port, user };
}

function found(hosts: readonly HostRecord[], name: string): HostRecord {
  const host = hosts.find((one) => one.name === name);
  if (host === undefined) throw new CulvertError("not-found", name);
  return host;
}

function refuseTaken(hosts: readonly HostRecord[], name: string): void {
  if (hosts.some((host) => host.name === name)) throw new CulvertError("host-exists", name);
}

/** Without its secrets; null for a login that could not be used. */
async function shownLogin(login: HostLogin | undefined): Promise<ShownHost["login"]> {
  if (login === undefined) return null;
  if (login.kind === "password") return { kind: "password" };
  try {
    const { privateKey, passphrase } = await openKeyFile(login);
    return { kind: "key", ...checkPrivateKey(privateKey, passphrase || undefined) };
  } catch {
    return null;
  }
}
