import { randomUUID } from "node:crypto";
import { type CallInput, type CallOutput, EVENTS, type EventName, type EventPayload } from "../../shared/contract.ts";
import { parseDeepLink } from "../../shared/deep-link.ts";
import type { Account, App, SecurityReport } from "../../shared/models.ts";
import type { Settings } from "../../shared/settings.ts";
import { systemClock } from "../base/clock.ts";
import { asCulvertError, type CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Engine, PowerChange } from "../engine/client.ts";
import type { Store } from "../engine/store.ts";
import { ChannelTable } from "./channel-table.ts";
import type { StartDemo } from "./demo-cloud.ts";
import { DemoOwner } from "./demo-owner.ts";
import { EngineWatch } from "./engine-watch.ts";
import { settingsAfterRemoval, settingsAfterRename } from "./hosts-in-settings.ts";
import { LayoutFile } from "./layout.ts";
import type { Link } from "./link.ts";
import { type CheckedCall, faultsOf } from "./router.ts";
import { SettingsFile } from "./settings.ts";
import { WindowSession } from "./window-session.ts";

export interface HostOptions {
  readonly edition: "desktop" | "browser";
  readonly version: string;
  readonly store: Store;
  readonly log: Log;
  readonly security: SecurityReport;
  /** Called at the start, and again when the engine has died. */
  startEngine(): Engine;
  readonly startDemo: StartDemo;
}

/** An engine that dies this often within a minute is not started again. */
const MOST_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;

/** The middle of both editions: windows on one side, the engine on the other, settings and the demo cloud beside it. */
export class Host {
  readonly #options: HostOptions;
  readonly #settings: SettingsFile;
  readonly #layout: LayoutFile;
  readonly #demo: DemoOwner;
  readonly #channels = new ChannelTable<WindowSession>();
  readonly #windows = new Set<WindowSession>();
  #engine: Engine;
  #engineWatch: EngineWatch;
  /** Names this run of the engine: shells do not outlive it. */
  #run = randomUUID();
  #restarts: number[] = [];
  #link: string | null = null;
  #closing: Promise<void> | undefined;
  /** What was asked of the start and is not done yet. */
  #beginning: (() => Promise<void>) | undefined;
  #tellSilence: () => void = () => undefined;
  /** Resolved at the first silence of an engine. */
  readonly #silence = new Promise<void>((resolve) => {
    this.#tellSilence = resolve;
  });

  private constructor(options: HostOptions, settings: SettingsFile, layout: LayoutFile) {
    this.#options = options;
    this.#settings = settings;
    this.#layout = layout;
    this.#demo = new DemoOwner(options.startDemo, options.store, options.log);
    this.#engine = this.#launchEngine();
    this.#engineWatch = this.#watchEngine();
    settings.changed.on((value) => {
      this.#broadcast("settings.changed", value);
      if (this.#closing === undefined) this.#engine.chooseCarrier(value.carrier);
      void this.#keep(value.restore);
    });
  }

  static async start(options: HostOptions): Promise<Host> {
    const settings = await SettingsFile.open(options.store, options.log);
    const layout = await LayoutFile.open(options.store, options.log, settings.get().restore);
    const host = new Host(options, settings, layout);
    await host.#unlessSilent(host.#resumeDemo());
    return host;
  }

  /** Does what is asked of a start before the first window; where the engine hangs then, once there is another. */
  async begin(work: () => Promise<void>): Promise<void> {
    this.#beginning = work;
    await this.#unlessSilent(this.#finishBeginning());
  }

  async #finishBeginning(): Promise<void> {
    const work = this.#beginning;
    await work?.();
    if (work === this.#beginning) this.#beginning = undefined;
  }

  /** Waits for what the engine does before the first window, but not for one that hangs: only a window can say so. */
  async #unlessSilent(work: Promise<void>): Promise<void> {
    let isAwaited = true;
    const done = work.catch((error: unknown) => {
      if (isAwaited) throw error;
      this.#options.log.warn("what a start asked for failed", { error: asCulvertError(error).message });
    });
    await Promise.race([done, this.#silence]);
    isAwaited = false;
  }

  /** Serves the window at the other end until the link closes. */
  connect(link: Link): void {
    const session: WindowSession = new WindowSession({
      link,
      channels: this.#channels,
      log: this.#options.log,
      invoke: (call) => this.#invoke(session, call),
      sendFrame: (frame) => this.#engine.sendFrame(frame),
      onWatchChanged: () => this.#updateWatch(),
      onClosed: () => {
        this.#windows.delete(session);
        this.#updateWatch();
      },
    });
    if (this.#closing !== undefined) {
      session.dispose();
      return;
    }
    this.#windows.add(session);
    if (this.#engineWatch.isSilent) session.sendEvent("engine.silence", textOf("engine.silence", { silent: true }));
  }

  /** Starts the demo cloud when it does not run, and signs in to it. */
  async startDemo(): Promise<Account> {
    const { access } = await this.#demo.get();
    return this.#engine.signInDemo({ api: access.api, token: access.token });
  }

  /** A link that the system handed to this program: kept until a window takes it, the newest one only. */
  offerLink(text: string): void {
    if (parseDeepLink(text) === undefined) {
      this.#options.log.warn("a link was refused");
      return;
    }
    this.#link = text;
    this.#broadcast("link.offered", {});
  }

  #takeLink(): string | null {
    const link = this.#link;
    this.#link = null;
    return link;
  }

  /** Told by the system; only the desktop edition hears of it. */
  power(change: PowerChange): void {
    if (this.#closing === undefined) this.#engine.power(change);
  }

  accounts(): Promise<Account[]> {
    return this.#engine.call("accounts.list", {});
  }

  /** Ends windows, shells, tunnels, the engine and the demo. Never rejects; later calls wait for the first. */
  shutdown(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#engineWatch.dispose();
    for (const session of [...this.#windows]) session.dispose();
    const results = await Promise.allSettled([this.#engine.shutdown(), this.#demo.stop()]);
    for (const result of results) {
      if (result.status === "rejected")
        this.#options.log.warn("shutdown step failed", { error: asCulvertError(result.reason).message });
    }
  }

  async #invoke(session: WindowSession, call: CheckedCall): Promise<unknown> {
    switch (call.name) {
      case "app.info": {
        const { edition, version } = this.#options;
        return { version, edition, platform: process.platform, demoRunning: this.#demo.running };
      }
      case "engine.restart":
        if (this.#engineWatch.isSilent) this.#engine.kill();
        return {};
      case "security.report":
        return this.#options.security;
      case "links.take":
        return this.#takeLink();
      case "layout.get":
        return { layout: this.#layout.get(), run: this.#run, restore: this.#settings.get().restore };
      case "layout.set":
        await this.#layout.set(call.input.layout);
        return {};
      case "settings.get":
        return this.#settings.get();
      case "settings.set":
        return this.#settings.set(call.input);
      case "accounts.startDemo":
        return this.startDemo();
      case "accounts.remove":
        return this.#removeAccount(call.input.accountId);
      case "hosts.change":
        return this.#changeHost(call.input);
      case "hosts.remove":
        await this.#engine.call("hosts.remove", call.input);
        await this.#moveSettings((now) => settingsAfterRemoval(now, call.input));
        return {};
      case "tunnels.watch":
        session.watching = call.input.on ? (call.input.closely === true ? "closely" : "calmly") : "off";
        return {};
      default:
        return this.#engine.call(call.name, call.input);
    }
  }

  /** Whether tabs and the text of shells come back after a restart. */
  async #keep(restore: boolean): Promise<void> {
    if (this.#closing === undefined) this.#engine.keepTexts(restore, null);
    try {
      await this.#layout.keep(restore);
    } catch (error) {
      this.#options.log.warn("the layout could not be kept", { error: asCulvertError(error).message });
    }
  }

  async #removeAccount(accountId: string): Promise<CallOutput<"accounts.remove">> {
    const done = await this.#engine.call("accounts.remove", { accountId });
    const left = await this.accounts();
    if (!left.some((account) => account.kind === "demo")) await this.#demo.stop();
    return done;
  }

  /** Settings that are kept by host follow a rename here: a page that is closed meanwhile would leave them behind. */
  async #changeHost(input: CallInput<"hosts.change">): Promise<App> {
    const app = await this.#engine.call("hosts.change", input);
    const { accountId, appName } = input;
    if (app.name === appName) return app;
    await this.#moveSettings((now) => settingsAfterRename(now, input, app.name));
    this.#broadcast("host.renamed", { accountId, orgSlug: app.orgSlug, appName, name: app.name });
    return app;
  }

  /** The host is changed by then, so that a failure is none of the call's. */
  async #moveSettings(change: (now: Settings) => Settings): Promise<void> {
    try {
      await this.#settings.update(change);
    } catch (error) {
      this.#options.log.error("what was said of a host could not follow it", { error: asCulvertError(error).code });
    }
  }

  /** The demo's ports change with each start, so its account is signed in again before a window can ask for it. */
  async #resumeDemo(): Promise<void> {
    try {
      const accounts = await this.accounts();
      if (accounts.some((account) => account.kind === "demo")) await this.startDemo();
      await this.#finishBeginning();
    } catch (error) {
      this.#options.log.warn("the demo could not be started again", { error: asCulvertError(error).message });
    }
  }

  #launchEngine(): Engine {
    const engine = this.#options.startEngine();
    engine.onFrame((frame) => this.#channels.route(frame));
    engine.onEvent((event, payload) => this.#broadcast(event, payload));
    engine.onStopped((error) => this.#onEngineStopped(engine, error));
    engine.chooseCarrier(this.#settings.get().carrier);
    engine.keepTexts(this.#settings.get().restore, this.#layout.wasSetAside ? null : this.#layout.sessionIds());
    return engine;
  }

  #watchEngine(): EngineWatch {
    return new EngineWatch({
      engine: this.#engine,
      clock: systemClock,
      onChange: (silent) => {
        this.#options.log.warn(silent ? "the engine does not answer" : "the engine answers again");
        if (silent) this.#tellSilence();
        this.#broadcast("engine.silence", { silent });
      },
    });
  }

  #onEngineStopped(engine: Engine, error: CulvertError): void {
    if (engine !== this.#engine || this.#closing !== undefined) return;
    const now = performance.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
    const again = this.#restarts.length <= MOST_RESTARTS;
    this.#options.log.error("the engine stopped", { error: error.message, again });
    this.#engineWatch.dispose();
    if (again) {
      this.#run = randomUUID();
      this.#engine = this.#launchEngine();
      this.#engineWatch = this.#watchEngine();
    }
    // Shells and channels went with the engine: windows that connect anew see what is left.
    for (const session of [...this.#windows]) session.dispose();
    if (again) void this.#resumeDemo();
  }

  #broadcast(event: EventName, payload: unknown): void {
    const checked = EVENTS[event].safeParse(payload);
    if (!checked.success) {
      this.#options.log.error("event dropped", { event, faults: faultsOf(checked.error.issues) });
      return;
    }
    const text = textOf(event, checked.data);
    const sessionId = sessionOf(event, checked.data);
    for (const session of [...this.#windows]) session.sendEvent(event, text, sessionId);
  }

  #updateWatch(): void {
    const wishes = [...this.#windows].map(({ watching }) => watching);
    const how = (["closely", "calmly"] as const).find((one) => wishes.includes(one)) ?? "off";
    if (this.#closing === undefined) this.#engine.watchTunnels(how);
  }
}

function textOf<N extends EventName>(event: N, payload: EventPayload<N>): string {
  return JSON.stringify({ event, payload });
}

/** The session that an event tells of; its payload was checked. */
function sessionOf(event: EventName, payload: EventPayload<EventName>): string | undefined {
  if (event === "session.changed" && "target" in payload) return payload.id;
  return event === "session.closed" && "sessionId" in payload ? payload.sessionId : undefined;
}
