import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Clock, systemClock } from "../../electron/base/clock.ts";
import { silentLog } from "../../electron/base/log.ts";
import { type DemoCloud, startDemoCloud } from "../../electron/demo/cloud.ts";
import { EngineCore } from "../../electron/engine/engine-core.ts";
import type { EngineCallName } from "../../electron/engine/rpc.ts";
import { CALLS, type CallInput, type CallOutput, EVENTS, type EventName } from "../../shared/contract.ts";
import type { Account, Session } from "../../shared/models.ts";
import { decodeDrawn, decodeFrame, encodeDrawn, encodeFrame } from "../../shared/terminal-frames.ts";
import { MemoryStore } from "./memory-store.ts";

/** The engine in this thread, signed in to a demo cloud in this thread, driven through the contract and its frames. */
export class EngineOnDemo {
  readonly store: MemoryStore;
  readonly cloud: DemoCloud;
  readonly engine: EngineCore;
  /** Made by the first capture only. */
  readonly captures = join(tmpdir(), `culvert-captures-${randomUUID()}`);
  readonly sessions = new Map<string, Session>();
  readonly #screens = new Map<number, string>();
  account: Account | undefined;
  /** False: this window never says that it has drawn anything. */
  draws = true;
  framedBytes = 0;
  /** Bytes of pastes that shells took. */
  takenBytes = 0;
  /** How many session.changed events came. */
  sessionEvents = 0;

  private constructor(cloud: DemoCloud, store: MemoryStore, clock: Clock) {
    this.cloud = cloud;
    this.store = store;
    this.engine = new EngineCore({
      version: "test",
      captures: this.captures,
      store,
      clock,
      log: silentLog,
      sendFrame: (frame) => this.#onFrame(frame),
      onEvent: (name, payload) => this.#onEvent(name, payload),
    });
  }

  static async start(options: { seed?: number; store?: MemoryStore; clock?: Clock } = {}): Promise<EngineOnDemo> {
    const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(options.seed ?? 1) });
    const world = new EngineOnDemo(cloud, options.store ?? new MemoryStore(), options.clock ?? systemClock);
    world.account = await world.engine.signInDemo({ api: cloud.api, token: cloud.token });
    return world;
  }

  get accountId(): string {
    return this.account?.id ?? "";
  }

  /** As the router does it: what goes in and what comes out fits the contract. */
  async call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const answer = await this.engine.call(name, CALLS[name].input.parse(input));
    return CALLS[name].output.parse(answer) as CallOutput<N>;
  }

  async orgSlug(): Promise<string> {
    const organizations = await this.call("organizations.list", { accountId: this.accountId });
    return organizations.find(({ kind }) => kind === "shared")?.slug ?? "";
  }

  async open(appName: string, machineId?: string): Promise<Session> {
    const at = { accountId: this.accountId, orgSlug: await this.orgSlug(), appName };
    return await this.call("sessions.open", { ...at, columns: 80, rows: 24, ...(machineId ? { machineId } : {}) });
  }

  /** The session once it is in one of these states. */
  async settled(id: string, ...states: Session["state"][]): Promise<Session> {
    for (;;) {
      const session = this.sessions.get(id);
      if (session !== undefined && states.includes(session.state)) return session;
      await delay(5);
    }
  }

  async attach(sessionId: string): Promise<number> {
    const { channel } = await this.call("sessions.attach", { sessionId, columns: 80, rows: 24 });
    this.#screens.set(channel, "");
    return channel;
  }

  type(channel: number, text: string): void {
    this.engine.receiveFrame(encodeFrame("input", channel, new TextEncoder().encode(text)));
  }

  paste(channel: number, text: string): void {
    this.engine.receiveFrame(encodeFrame("paste", channel, new TextEncoder().encode(text)));
  }

  screen(channel: number): string {
    return this.#screens.get(channel) ?? "";
  }

  async shows(channel: number, pattern: RegExp): Promise<void> {
    while (!pattern.test(this.screen(channel))) await delay(5);
  }

  async dispose(): Promise<void> {
    await this.engine.settle();
    this.engine.dispose();
    await rm(this.captures, { recursive: true, force: true });
    await this.cloud.dispose();
  }

  #onFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame === undefined) return;
    if (frame.kind === "taken") {
      this.takenBytes += decodeDrawn(frame.payload) ?? 0;
      return;
    }
    const text = new TextDecoder().decode(frame.payload);
    const before = frame.kind === "snapshot" ? "" : this.screen(frame.channel);
    this.#screens.set(frame.channel, frame.kind === "detached" ? `${before}[detached]` : before + text);
    this.framedBytes += frame.payload.length;
    if (!this.draws) return;
    queueMicrotask(() => this.engine.receiveFrame(encodeDrawn(frame.channel, frame.payload.length)));
  }

  #onEvent(name: EventName, payload: unknown): void {
    EVENTS[name].parse(payload);
    if (name === "session.changed") {
      this.sessionEvents++;
      const session = EVENTS[name].parse(payload);
      this.sessions.set(session.id, session);
    }
  }
}
