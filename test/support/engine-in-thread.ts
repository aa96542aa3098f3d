import { type Clock, systemClock } from "../../electron/base/clock.ts";
import type { Disposable } from "../../electron/base/dispose.ts";
import { Emitter } from "../../electron/base/emitter.ts";
import type { CulvertError } from "../../electron/base/errors.ts";
import { silentLog } from "../../electron/base/log.ts";
import type { Engine, EngineCallName } from "../../electron/engine/client.ts";
import { EngineCore } from "../../electron/engine/engine-core.ts";
import { errorFromInfo, type Outcome, outcome } from "../../electron/engine/rpc.ts";
import type { Store } from "../../electron/engine/store.ts";
import type { CallInput, CallOutput, EventName, TunnelWatch } from "../../shared/contract.ts";
import type { Account } from "../../shared/models.ts";
import type { Settings } from "../../shared/settings.ts";

export interface InThreadEngineOptions {
  readonly store: Store;
  readonly captures: string;
  readonly clock?: Clock;
}

/** The real engine without its thread: what it is told and tells is copied as a port copies it, one turn later. */
export class InThreadEngine implements Engine {
  readonly core: EngineCore;
  messagesHeard = 0;
  readonly #frames = new Emitter<Uint8Array>();
  readonly #events = new Emitter<{ event: EventName; payload: unknown }>();
  readonly #stopped = new Emitter<CulvertError>();

  constructor({ store, captures, clock = systemClock }: InThreadEngineOptions) {
    this.core = new EngineCore({
      version: "test",
      captures,
      store,
      clock,
      log: silentLog,
      sendFrame: (frame) => {
        const copy = frame.slice();
        this.#post(() => this.#frames.fire(copy));
      },
      onEvent: (event, payload) => {
        const copy: unknown = structuredClone(payload);
        this.#post(() => this.#events.fire({ event, payload: copy }));
      },
    });
  }

  async call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    // As with a thread's answers, the router checks this one before it goes on.
    return (await this.#settle(outcome(() => this.core.call(name, structuredClone(input))))) as CallOutput<N>;
  }

  signInDemo(access: { api: string; token: string }): Promise<Account> {
    return this.#settle(outcome(() => this.core.signInDemo(access)));
  }

  watchTunnels(how: TunnelWatch): void {
    this.core.watchTunnels(how);
  }

  chooseCarrier(carrier: Settings["carrier"]): void {
    this.core.chooseCarrier(carrier);
  }

  keepTexts(isOn: boolean, wanted: readonly string[] | null): void {
    this.core.keepTexts(isOn, wanted);
  }

  power(change: "suspend" | "resume"): void {
    this.core.power(change);
  }

  ping(): void {
    this.#post(() => undefined);
  }

  kill(): void {
    this.core.dispose();
  }

  sendFrame(frame: Uint8Array): void {
    const copy = frame.slice();
    setImmediate(() => this.core.receiveFrame(copy));
  }

  onFrame(listener: (frame: Uint8Array) => void): Disposable {
    return this.#frames.on(listener);
  }

  onEvent(listener: (event: EventName, payload: unknown) => void): Disposable {
    return this.#events.on(({ event, payload }) => listener(event, payload));
  }

  onStopped(listener: (error: CulvertError) => void): Disposable {
    return this.#stopped.on(listener);
  }

  async shutdown(): Promise<void> {
    await this.core.settle();
    this.core.dispose();
  }

  dispose(): void {
    this.core.dispose();
  }

  /** In the order of all messages; answers, frames and events share one port. */
  #post(deliver: () => void): void {
    setImmediate(() => {
      this.messagesHeard++;
      deliver();
    });
  }

  async #settle<T>(answer: Promise<Outcome<T>>): Promise<T> {
    const result = structuredClone(await answer);
    return await new Promise((resolve, reject) =>
      this.#post(() => ("ok" in result ? resolve(result.ok) : reject(errorFromInfo(result.error)))),
    );
  }
}
