import type { Disposable } from "../../electron/base/dispose.ts";
import { Emitter } from "../../electron/base/emitter.ts";
import { CulvertError } from "../../electron/base/errors.ts";
import type { Engine, EngineCallName } from "../../electron/engine/client.ts";
import type { CallInput, CallOutput, EventName, TunnelWatch } from "../../shared/contract.ts";
import type { Account } from "../../shared/models.ts";
import { decodeFrame, encodeFrame } from "../../shared/terminal-frames.ts";

export const DEMO_ACCOUNT: Account = {
  id: "demo",
  kind: "demo",
  label: "Demo",
  viewer: null,
  endpoint: null,
  error: null,
};

/** An engine without a worker: it answers what the test put in, and remembers what it was asked. */
export class MemoryEngine implements Engine {
  readonly calls: { name: EngineCallName; input: unknown }[] = [];
  readonly frames: { kind: string; channel: number; payload: Uint8Array }[] = [];
  readonly watches: TunnelWatch[] = [];
  readonly carriers: string[] = [];
  readonly kept: { isOn: boolean; wanted: readonly string[] | null }[] = [];
  readonly powerChanges: string[] = [];
  readonly demoSignIns: { api: string; token: string }[] = [];
  accounts: Account[] = [];
  isShutDown = false;
  messagesHeard = 0;
  pings = 0;
  /** True: it says nothing more. */
  isHung = false;
  /** What a call resolves to; a thrown error is its rejection. */
  answer: (name: EngineCallName, input: unknown) => unknown = (name) => {
    if (name === "accounts.list") return this.accounts;
    throw new CulvertError("not-found");
  };
  readonly #frameEmitter = new Emitter<Uint8Array>();
  readonly #eventEmitter = new Emitter<[EventName, unknown]>();
  readonly #stoppedEmitter = new Emitter<CulvertError>();

  async call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    this.calls.push({ name, input });
    // The real engine's answers are unchecked in the same way: the router validates them.
    return (await this.answer(name, input)) as CallOutput<N>;
  }

  async signInDemo(access: { api: string; token: string }): Promise<Account> {
    if (this.isHung) return new Promise((_, reject) => this.onStopped(reject));
    this.demoSignIns.push(access);
    if (!this.accounts.includes(DEMO_ACCOUNT)) this.accounts.push(DEMO_ACCOUNT);
    return DEMO_ACCOUNT;
  }

  watchTunnels(how: TunnelWatch): void {
    this.watches.push(how);
  }

  chooseCarrier(carrier: string): void {
    this.carriers.push(carrier);
  }

  keepTexts(isOn: boolean, wanted: readonly string[] | null): void {
    this.kept.push({ isOn, wanted });
  }

  power(change: "suspend" | "resume"): void {
    this.powerChanges.push(change);
  }

  ping(): void {
    this.pings++;
    if (!this.isHung) this.messagesHeard++;
  }

  kill(): void {
    this.isShutDown = true;
    this.crash();
  }

  sendFrame(frame: Uint8Array): void {
    const decoded = decodeFrame(frame);
    if (decoded === undefined) throw new Error("the host sent a frame that is none");
    this.frames.push({ ...decoded, payload: Uint8Array.from(decoded.payload) });
  }

  onFrame(listener: (frame: Uint8Array) => void): Disposable {
    return this.#frameEmitter.on(listener);
  }

  onEvent(listener: (event: EventName, payload: unknown) => void): Disposable {
    return this.#eventEmitter.on(([event, payload]) => listener(event, payload));
  }

  onStopped(listener: (error: CulvertError) => void): Disposable {
    return this.#stoppedEmitter.on(listener);
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
  }

  dispose(): void {
    this.isShutDown = true;
  }

  /** A frame from a shell. */
  emitFrame(kind: "output" | "snapshot" | "detached", channel: number, text = ""): void {
    this.#frameEmitter.fire(encodeFrame(kind, channel, new TextEncoder().encode(text)));
  }

  emitEvent(event: EventName, payload: unknown): void {
    this.#eventEmitter.fire([event, payload]);
  }

  /** The worker dies. */
  crash(): void {
    this.#stoppedEmitter.fire(new CulvertError("engine-stopped", "test"));
  }
}
