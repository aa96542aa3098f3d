import { Host, type HostOptions } from "../../electron/host/host.ts";
import { MemoryEngine } from "./host-memory-engine.ts";
import { MemoryLink } from "./host-memory-link.ts";
import { MemoryLog } from "./host-memory-log.ts";
import { MemoryStore } from "./memory-store.ts";

/** A host on fakes all around: what the router, window and host tests start from. */
export interface HostWorld {
  readonly host: Host;
  /** The newest engine; another one after a crash. */
  readonly engine: MemoryEngine;
  readonly engines: MemoryEngine[];
  readonly store: MemoryStore;
  readonly log: MemoryLog;
  readonly demo: { starts: Uint8Array[]; stops: number; fails: boolean; die(): void };
  open(): MemoryLink;
}

export async function hostWorld(prepare: (engine: MemoryEngine) => void = () => undefined): Promise<HostWorld> {
  const engines: MemoryEngine[] = [];
  const store = new MemoryStore();
  const log = new MemoryLog();
  const demo: HostWorld["demo"] = { starts: [], stops: 0, fails: false, die: () => undefined };
  const options: HostOptions = {
    edition: "browser",
    version: "1.2.3",
    store,
    log,
    security: { secrets: "file", folder: "/profile", captures: "/profile/captures" },
    startEngine: () => {
      const engine = new MemoryEngine();
      prepare(engine);
      engines.push(engine);
      return engine;
    },
    startDemo: async (seed) => {
      if (demo.fails) throw new Error("no demo today");
      demo.starts.push(seed);
      return {
        ended: new Promise((resolve) => (demo.die = resolve)),
        access: { api: `http://127.0.0.1:${demo.starts.length}/graphql`, token: "demo-token" },
        dispose: async () => {
          demo.stops++;
        },
      };
    },
  };
  const host = await Host.start(options);
  return {
    host,
    engines,
    store,
    log,
    demo,
    get engine() {
      return engines.at(-1)!;
    },
    open: () => {
      const link = new MemoryLink();
      host.connect(link);
      return link;
    },
  };
}
