import { Worker } from "node:worker_threads";
import { createBirpc } from "birpc";
import type { CallInput, CallOutput, EventName, TunnelWatch } from "../../shared/contract.ts";
import type { Account } from "../../shared/models.ts";
import type { Settings } from "../../shared/settings.ts";
import type { Disposable } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import {
  type DemoSignIn,
  type EngineCallName,
  type EngineFunctions,
  type EngineWorkerData,
  errorFromInfo,
  type HostFunctions,
  type Outcome,
  outcome,
} from "./rpc.ts";
import type { Store } from "./store.ts";
import type { PowerChange } from "./wake-detector.ts";
import { ENGINE_HEAP } from "./worker-heap.ts";

export type { EngineCallName } from "./rpc.ts";
export type { Store } from "./store.ts";
export type { PowerChange } from "./wake-detector.ts";

/** The engine as the main thread sees it. Every rejection is a CulvertError. */
export interface Engine extends Disposable {
  call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  signInDemo(access: DemoSignIn): Promise<Account>;
  /** Unless off, a tunnels.changed event comes at once and then as `TunnelWatcher` says. */
  watchTunnels(how: TunnelWatch): void;
  /** What carries the open tunnels and those to come, where a gateway leaves the choice. */
  chooseCarrier(carrier: Settings["carrier"]): void;
  /** Whether the text of shells is kept over restarts; `wanted` names the only ones that still are, null leaves them all. */
  keepTexts(isOn: boolean, wanted: readonly string[] | null): void;
  /** The computer is about to sleep: keys are erased. Or it woke up: tunnels look at once what has changed. */
  power(change: PowerChange): void;
  /** Frames of shared/terminal-frames.ts; the channels are unique over the engine's life. */
  sendFrame(frame: Uint8Array): void;
  onFrame(listener: (frame: Uint8Array) => void): Disposable;
  onEvent(listener: (event: EventName, payload: unknown) => void): Disposable;
  /** How many messages came of it so far. */
  readonly messagesHeard: number;
  /** Asks it for a message, whatever else it says. */
  ping(): void;
  /** Ends a worker that does not answer, as if it had died: told at once, and nothing of it is heard after. */
  kill(): void;
  /** The worker died; calls under way were rejected with engine-stopped. */
  onStopped(listener: (error: CulvertError) => void): Disposable;
  /** Closes shells and tunnels, then ends the worker. */
  shutdown(): Promise<void>;
}

export interface EngineOptions {
  readonly store: Store;
  readonly log: Log;
  readonly version: string;
  /** Folder for packet captures. */
  readonly captures: string;
  readonly workerUrl: URL;
}

/** How long a clean end may take before the worker is ended without one. */
const SHUTDOWN_TIMEOUT_MS = 3000;

export function startEngine(options: EngineOptions): Engine {
  return new WorkerEngine(options);
}

class WorkerEngine implements Engine {
  readonly #worker: Worker;
  readonly #functions: EngineFunctions;
  readonly #frameEmitter = new Emitter<Uint8Array>();
  readonly #eventEmitter = new Emitter<{ event: EventName; payload: unknown }>();
  readonly #stoppedEmitter = new Emitter<CulvertError>();
  readonly #underWay = new Set<(error: CulvertError) => void>();
  #stopped: CulvertError | undefined;
  #shuttingDown = false;
  #messagesHeard = 0;

  constructor(options: EngineOptions) {
    const workerData: EngineWorkerData = { version: options.version, captures: options.captures };
    this.#worker = new Worker(options.workerUrl, {
      workerData,
      name: "culvert-engine",
      resourceLimits: ENGINE_HEAP,
    });
    const rpc = createBirpc<EngineFunctions, HostFunctions>(this.#hostFunctions(options), {
      post: (data) => this.#worker.postMessage(data),
      on: (listener) =>
        this.#worker.on("message", (message: unknown) => {
          // Another engine may run by now, with channels of the same numbers.
          if (this.#stopped !== undefined) return;
          this.#messagesHeard++;
          if (message instanceof Uint8Array) this.#frameEmitter.fire(message);
          else listener(message);
        }),
      timeout: -1,
    });
    this.#functions = {
      call: (name, input) => rpc.call(name, input),
      signInDemo: (access) => rpc.signInDemo(access),
      watchTunnels: (how) => void rpc.watchTunnels.asEvent(how),
      chooseCarrier: (carrier) => void rpc.chooseCarrier.asEvent(carrier),
      keepTexts: (isOn, wanted) => void rpc.keepTexts.asEvent(isOn, wanted),
      power: (change) => void rpc.power.asEvent(change),
      ping: () => rpc.ping(),
      shutdown: () => rpc.shutdown(),
    };
    this.#worker.on("error", (error) =>
      this.#onStopped(new CulvertError("engine-stopped", error.message, { cause: error })),
    );
    this.#worker.on("exit", (code) => this.#onStopped(new CulvertError("engine-stopped", `exit ${code}`)));
  }

  async call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    // The router validates every answer against the contract's schema before it reaches a window.
    return (await this.#settle(this.#functions.call(name, input))) as CallOutput<N>;
  }

  signInDemo(access: DemoSignIn): Promise<Account> {
    return this.#settle(this.#functions.signInDemo(access));
  }

  watchTunnels(how: TunnelWatch): void {
    this.#functions.watchTunnels(how);
  }

  chooseCarrier(carrier: Settings["carrier"]): void {
    this.#functions.chooseCarrier(carrier);
  }

  keepTexts(isOn: boolean, wanted: readonly string[] | null): void {
    this.#functions.keepTexts(isOn, wanted);
  }

  power(change: PowerChange): void {
    this.#functions.power(change);
  }

  sendFrame(frame: Uint8Array): void {
    if (this.#stopped === undefined) this.#worker.postMessage(frame);
  }

  get messagesHeard(): number {
    return this.#messagesHeard;
  }

  ping(): void {
    if (this.#stopped === undefined) void this.#functions.ping();
  }

  kill(): void {
    this.#onStopped(new CulvertError("engine-stopped", "did not answer"));
    void this.#worker.terminate();
  }

  onFrame(listener: (frame: Uint8Array) => void): Disposable {
    return this.#frameEmitter.on(listener);
  }

  onEvent(listener: (event: EventName, payload: unknown) => void): Disposable {
    return this.#eventEmitter.on(({ event, payload }) => listener(event, payload));
  }

  onStopped(listener: (error: CulvertError) => void): Disposable {
    return this.#stoppedEmitter.on(listener);
  }

  async shutdown(): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.#shuttingDown = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS);
    });
    await Promise.race([this.#functions.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
    await this.#worker.terminate();
  }

  dispose(): void {
    this.#shuttingDown = true;
    void this.#worker.terminate();
  }

  #hostFunctions({ store, log }: EngineOptions): HostFunctions {
    return {
      read: (name) => outcome(() => store.read(name)),
      write: (name, text) => outcome(() => store.write(name, text)),
      list: () => outcome(() => store.list()),
      remove: (name) => outcome(() => store.remove(name)),
      readSecret: (key) => outcome(() => store.readSecret(key)),
      writeSecret: (key, value) => outcome(() => store.writeSecret(key, value)),
      deleteSecret: (key) => outcome(() => store.deleteSecret(key)),
      event: (event, payload) => this.#eventEmitter.fire({ event, payload }),
      log: (level, event, fields) => log[level](event, fields),
    };
  }

  #settle<T>(answer: Promise<Outcome<T>>): Promise<T> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      const finish = (act: () => void): void => {
        this.#underWay.delete(reject);
        act();
      };
      answer.then(
        (result) => finish(() => ("ok" in result ? resolve(result.ok) : reject(errorFromInfo(result.error)))),
        (error: unknown) => finish(() => reject(asCulvertError(error))),
      );
    });
  }

  #onStopped(error: CulvertError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    for (const reject of this.#underWay) reject(error);
    this.#underWay.clear();
    if (!this.#shuttingDown) this.#stoppedEmitter.fire(error);
  }
}
