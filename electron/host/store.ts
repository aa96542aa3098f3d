import type { Store } from "../engine/store.ts";
import type { PrivateFiles } from "./private-files.ts";
import type { SecretVault } from "./secret-vault.ts";

/** The engine's and the host's store: texts in private files, secrets in the vault of the edition. */
export function createStore(files: PrivateFiles, vault: SecretVault): Store {
  return {
    read: (name) => files.read(name),
    write: (name, text) => files.write(name, text),
    list: () => files.list(),
    remove: (name) => files.remove(name),
    readSecret: (key) => vault.read(key),
    writeSecret: (key, value) => vault.write(key, value),
    deleteSecret: (key) => vault.delete(key),
  };
}
