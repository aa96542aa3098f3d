import { isDeepStrictEqual } from "node:util";
import { LIMITS } from "../../shared/limits.ts";
import type { ShownConfig } from "../../shared/models.ts";
import { CulvertError } from "../base/errors.ts";
import { parseConfigFile } from "../wireguard/config-file.ts";
import type { Accounts } from "./accounts.ts";
import { type Faults, faultsOfConfig, parseConfig } from "./backends/config-backend.ts";
import { type KeptKeys, keptKeys } from "./kept-keys.ts";
import type { Tunnels } from "./tunnels.ts";

/** What the text of an imported configuration is looked at, changed and exported by. The text that is kept is all there is. */
export class Configurations {
  readonly #accounts: Accounts;
  readonly #tunnels: Pick<Tunnels, "hasAccount" | "closeAccount">;
  /** Changes are made one after the other, so that each is compared with what the one before has left. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(accounts: Accounts, tunnels: Pick<Tunnels, "hasAccount" | "closeAccount">) {
    this.#accounts = accounts;
    this.#tunnels = tunnels;
  }

  /** Fails with not-found, bad-request for an account that is no configuration, or storage. */
  async read(accountId: string): Promise<ShownConfig> {
    return shownConfig(keptKeys(await this.#text(accountId)));
  }

  async export(accountId: string): Promise<string> {
    return await this.#text(accountId);
  }

  /** Without an account, of a text that is to be imported. */
  async check(text: string, accountId: string | undefined): Promise<Faults & { reconnects?: boolean }> {
    if (accountId === undefined) return faultsOfConfig(text);
    const before = await this.#text(accountId);
    const after = keptKeys(before).fillIn(text);
    const found = isTooLong(after) ? TOO_LONG : faultsOfConfig(after);
    const isOpen = this.#tunnels.hasAccount(accountId);
    return { ...found, reconnects: found.faults.length === 0 && isOpen && !isAppliedAlike(before, after) };
  }

  change(accountId: string, text: string, revision: string): Promise<ShownConfig> {
    const change = this.#changing.then(() => this.#change(accountId, text, revision));
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #change(accountId: string, text: string, revision: string): Promise<ShownConfig> {
    const before = await this.#text(accountId);
    const kept = keptKeys(before);
    if (kept.revision !== revision) throw new CulvertError("config-changed");
    const after = kept.fillIn(text);
    if (isTooLong(after)) throw new CulvertError("config-invalid", undefined, { lines: TOO_LONG.faults });
    parseConfig(after);
    await this.#accounts.replaceSecret(accountId, after);
    // A tunnel that was being opened meanwhile with the old text is replaced when it is next asked for: see Tunnels.open.
    if (!isAppliedAlike(before, after)) this.#tunnels.closeAccount(accountId, "tunnel-replaced");
    return shownConfig(keptKeys(after));
  }

  async #text(accountId: string): Promise<string> {
    const { kind } = await this.#accounts.get(accountId);
    if (kind !== "config") throw new CulvertError("bad-request", "this account is no imported configuration");
    return await this.#accounts.secret(accountId);
  }
}

/** Placeholders are shorter than keys: a text within the contract's bound may be longer once they are filled in. */
function isTooLong(text: string): boolean {
  return text.length > LIMITS.configText;
}

const TOO_LONG = { faults: [{ line: 1, message: "the configuration is too long" }] };

function isAppliedAlike(a: string, b: string): boolean {
  const [before, after] = [parseConfigFile(a), parseConfigFile(b)];
  return before.ok && after.ok && isDeepStrictEqual(before.config, after.config);
}

function shownConfig({ shown, revision }: KeptKeys): ShownConfig {
  return { text: shown, revision };
}
