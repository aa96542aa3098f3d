import { randomBytes } from "node:crypto";
import type { Log } from "../base/log.ts";
import type { Store } from "../engine/store.ts";
import type { DemoCloud, StartDemo } from "./demo-cloud.ts";

const SEED_KEY = "demo-seed";
const SEED_LENGTH = 32;

/** Owns the one demo cloud of this process: starts it when first asked for, with the seed that this computer keeps. */
export class DemoOwner {
  readonly #start: StartDemo;
  readonly #store: Store;
  readonly #log: Log;
  #cloud: Promise<DemoCloud> | undefined;
  #running = false;

  constructor(start: StartDemo, store: Store, log: Log) {
    this.#start = start;
    this.#store = store;
    this.#log = log;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The running cloud; started when none runs. A failed start may be tried again. */
  async get(): Promise<DemoCloud> {
    this.#cloud ??= this.#watch(this.#launch());
    return this.#cloud;
  }

  /** Stops the cloud, and one that is starting as soon as it has. */
  async stop(): Promise<void> {
    const cloud = this.#cloud;
    this.#cloud = undefined;
    this.#running = false;
    if (cloud === undefined) return;
    try {
      await (await cloud).dispose();
    } catch {
      // It never started: whoever asked for it has been told.
    }
  }

  async #launch(): Promise<DemoCloud> {
    return this.#start(await this.#seed());
  }

  /** Follows the cloud to its end: one that died, or never lived, is not given out again. */
  #watch(launched: Promise<DemoCloud>): Promise<DemoCloud> {
    const forget = (): void => {
      if (this.#cloud !== launched) return;
      if (this.#running) this.#log.warn("the demo cloud ended by itself");
      this.#cloud = undefined;
      this.#running = false;
    };
    launched.then(({ ended }) => {
      if (this.#cloud === launched) this.#running = true;
      void ended.then(forget);
    }, forget);
    return launched;
  }

  async #seed(): Promise<Uint8Array> {
    const kept = await this.#store.readSecret(SEED_KEY);
    const seed = kept === undefined ? undefined : Buffer.from(kept, "base64");
    if (seed?.length === SEED_LENGTH) return seed;
    if (seed !== undefined) this.#log.warn("the demo's seed was damaged, making a new one");
    const fresh = randomBytes(SEED_LENGTH);
    await this.#store.writeSecret(SEED_KEY, fresh.toString("base64"));
    return fresh;
  }
}
