import { startEngine } from "../engine/client.ts";
import { Host } from "../host/host.ts";
import type { Profile } from "../host/profile.ts";
import type { SecretVault } from "../host/secret-vault.ts";
import { createStore } from "../host/store.ts";
import { VERSION } from "./version.ts";

/** The build puts all of its files into one folder: the workers lie beside whoever runs. */
export const ENGINE_WORKER = new URL("./engine-worker.js", import.meta.url);
export const DEMO_WORKER = new URL("./demo-worker.js", import.meta.url);

/** Joins host, engine and demo for one edition. */
export function composeHost(edition: "desktop" | "browser", profile: Profile, vault: SecretVault): Promise<Host> {
  const { files, log, paths } = profile;
  const store = createStore(files, vault);
  return Host.start({
    edition,
    version: VERSION,
    store,
    log,
    security: { secrets: vault.keeps, folder: paths.config, captures: paths.captures },
    startEngine: () =>
      startEngine({ store, log, version: VERSION, captures: paths.captures, workerUrl: ENGINE_WORKER }),
    startDemo: async (seed) => {
      const { startDemoWorker } = await import("../demo/client.ts");
      return startDemoWorker({ seed, workerUrl: DEMO_WORKER });
    },
  });
}

/** Signs in to the demo when asked, or when there is nothing else to show. */
export async function signInAtStart(host: Host, wish: { demo: boolean; demoIfEmpty: boolean }): Promise<void> {
  await host.begin(async () => {
    if (wish.demo || (wish.demoIfEmpty && (await host.accounts()).length === 0)) await host.startDemo();
  });
}
