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
    this.#cloud ??= this.#launch();
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
    try {
      const cloud = await this.#start(await this.#seed());
      this.#running = true;
      return cloud;
    } catch (error) {
      this.#cloud = undefined;
      throw error;
    }
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
