import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { CallHandlers, EventName, TunnelWatch } from "../../shared/contract.ts";
import type { Account, LeftPeer, Target } from "../../shared/models.ts";
import { visibleText } from "../../shared/visible-text.ts";
import type { Clock } from "../base/clock.ts";
import type { Disposable } from "../base/dispose.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { PlatformClient } from "../platform/client.ts";
import { AccountRemovals } from "./account-removals.ts";
import { type AccountRecord, Accounts, elsewhere, PLATFORM_ENDPOINT } from "./accounts.ts";
import type { Backend } from "./backends/backend.ts";
import { ConfigBackend, parseConfig } from "./backends/config-backend.ts";
import { forgetPeers } from "./backends/peer-keeper.ts";
import { PlatformBackend } from "./backends/platform-backend.ts";
import { CapturesFolder } from "./capture/captures-folder.ts";
import type { CarrierChoice } from "./carriers/carrier.ts";
import { storedNetworkMemory } from "./carriers/stored-memory.ts";
import { Configurations } from "./configurations.ts";
import { EventLog, type EventSubject } from "./event-log.ts";
import { LeftPeers } from "./left-peers.ts";
import { PinnedHostKeys } from "./pinned-host-keys.ts";
import type { DemoSignIn, EngineCallName } from "./rpc.ts";
import { ShellConnector } from "./sessions/connector.ts";
import { KeptTexts } from "./sessions/kept-texts.ts";
import { Sessions } from "./sessions/sessions.ts";
import { ShellEvents } from "./sessions/shell-events.ts";
import type { Store } from "./store.ts";
import { TimestampKeeper } from "./timestamp-keeper.ts";
import { TunnelWatcher } from "./tunnel-watch.ts";
import { Tunnels } from "./tunnels.ts";
import type { PowerChange } from "./wake-detector.ts";

export interface EngineCoreOptions {
  readonly version: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Where packet captures go. */
  readonly captures: string;
  /** May take the frame's buffer away. */
  sendFrame(frame: Uint8Array): void;
  onEvent(name: EventName, payload: unknown): void;
}

const DEMO_ACCOUNT = "demo";
const PING_TIMEOUT_MS = 5000;
/** Events that belong to no account. */
const THIS_COMPUTER: EventSubject = { accountId: "this-computer", orgSlug: "", tunnelId: null };
/** These calls end by themselves, or with their tunnel. */
const NEVER = new AbortController().signal;
// One listener for each call that goes on.
setMaxListeners(0, NEVER);

/** Joins the rooms: accounts and their backends, tunnels, sessions. One instance per program. */
export class EngineCore implements Disposable {
  readonly #options: EngineCoreOptions;
  readonly #accounts: Accounts;
  readonly #configurations: Configurations;
  readonly #backends = new Map<string, Promise<Backend>>();
  readonly #timestamps: TimestampKeeper;
  readonly #tunnels: Tunnels;
  readonly #hostKeys: PinnedHostKeys;
  readonly #texts: KeptTexts;
  readonly #sessions: Sessions;
  readonly #events: EventLog;
  /** Nothing new is begun with accounts that are on their way out. */
  readonly #removals = new AccountRemovals();
  readonly #leftPeers: LeftPeers;
  readonly #watcher = new TunnelWatcher(
    () => this.#tunnels.list(),
    (tunnels) => this.#options.onEvent("tunnels.changed", tunnels),
  );
  readonly #captures: CapturesFolder;

  constructor(options: EngineCoreOptions) {
    const { clock, log, store, onEvent } = options;
    this.#options = options;
    this.#captures = new CapturesFolder(options.captures);
    this.#events = new EventLog({ clock, onEvent: (event) => onEvent("tunnels.event", event) });
    const shellEvents = new ShellEvents((subject, facts) => this.#events.add(subject, facts));
    this.#leftPeers = new LeftPeers(store);
    this.#accounts = new Accounts(store, (accounts) => onEvent("accounts.changed", accounts));
    this.#timestamps = new TimestampKeeper({ store, clock });
    this.#tunnels = new Tunnels({
      clock,
      log,
      timestamps: this.#timestamps,
      carrierMemory: storedNetworkMemory(store, log),
      note: ({ id, accountId, orgSlug }, facts) => this.#events.add({ accountId, orgSlug, tunnelId: id }, facts),
    });
    this.#configurations = new Configurations(this.#accounts, this.#tunnels);
    this.#hostKeys = new PinnedHostKeys(store);
    this.#texts = new KeptTexts({ store, log });
    this.#sessions = new Sessions({
      clock,
      newId: randomUUID,
      connector: new ShellConnector({
        clock,
        tunnels: this.#tunnels,
        hostKeys: this.#hostKeys,
        backend: (accountId) => this.#backend(accountId),
        onFailure: (accountId, failure) => void this.#noteFailure(accountId, failure),
      }),
      onChange: (session) => {
        onEvent("session.changed", session);
        shellEvents.changed(session);
      },
      onClose: (sessionId) => {
        onEvent("session.closed", { sessionId });
        shellEvents.closed(sessionId);
      },
      sendFrame: options.sendFrame,
      texts: this.#texts,
    });
  }

  /** `input` was validated by the router against the contract's schema of `name`. */
  async call(name: EngineCallName, input: unknown): Promise<unknown> {
    const handler = this.#handlers[name] as (input: unknown) => unknown;
    return await handler(input);
  }

  async signInDemo({ api, token }: DemoSignIn): Promise<Account> {
    const viewer = await this.#client(api, token).viewer();
    const record = {
      id: DEMO_ACCOUNT,
      kind: "demo",
      label: "Demo network",
      viewer: viewer.email,
      endpoint: api,
    } as const;
    return await this.#signedIn(record, token);
  }

  receiveFrame(frame: Uint8Array): void {
    this.#sessions.receiveFrame(frame);
  }

  watchTunnels(how: TunnelWatch): void {
    this.#watcher.watch(how);
  }

  chooseCarrier(carrier: CarrierChoice): void {
    this.#tunnels.chooseCarrier(carrier);
  }

  /** See KeptTexts.choose. */
  keepTexts(isOn: boolean, wanted: readonly string[] | null): void {
    void this.#texts.choose(isOn, wanted);
  }

  power(change: PowerChange): void {
    this.#tunnels.power(change);
  }

  /** Ends what has to be whole on the disk, before `dispose`: handshake times (W44), captures, then texts in what time is left. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#timestamps.settle(), this.#tunnels.endCaptures()]);
    await this.#sessions.settle();
  }

  dispose(): void {
    this.#watcher.dispose();
    this.#sessions.dispose();
    this.#tunnels.dispose();
    this.#timestamps.dispose();
  }

  readonly #handlers: CallHandlers<EngineCallName> = {
    "accounts.list": () => this.#accounts.list(),
    "accounts.signIn": ({ token, endpoint }) => this.#signIn(token, endpoint ?? PLATFORM_ENDPOINT),
    "accounts.checkConfig": ({ text, accountId }) => this.#configurations.check(text, accountId),
    "accounts.importConfig": ({ label, text }) => this.#importConfig(label, text),
    "accounts.rename": ({ accountId, label }) => this.#rename(accountId, label),
    "accounts.readConfig": ({ accountId }) => this.#configurations.read(accountId),
    "accounts.changeConfig": ({ accountId, text, revision }) => this.#configurations.change(accountId, text, revision),
    "accounts.exportConfig": async ({ accountId }) => ({ text: await this.#configurations.export(accountId) }),
    "accounts.remove": async ({ accountId }) => ({
      peersLeft: await this.#removals.run(accountId, (leave) => this.#removeAccount(accountId, leave)),
    }),
    "accounts.leavePeers": ({ accountId }) => {
      this.#removals.leavePeers(accountId);
      return {};
    },
    "organizations.list": ({ accountId }) => this.#with(accountId, (backend) => backend.organizations()),
    "apps.list": ({ accountId, orgSlug }) => this.#with(accountId, (backend) => backend.apps(orgSlug)),
    "machines.list": ({ accountId, orgSlug, appName }) =>
      this.#with(accountId, (backend) => backend.machines(orgSlug, appName)),
    "hosts.add": ({ accountId, host }) => this.#with(accountId, (backend) => backend.addHost(host)),
    "hosts.read": ({ accountId, appName }) => this.#with(accountId, (backend) => backend.readHost(appName)),
    "hosts.change": async ({ accountId, appName, host }) => {
      const app = await this.#with(accountId, (backend) => backend.changeHost(appName, host));
      this.#sessions.renameApp(accountId, appName, app.name);
      return app;
    },
    "hosts.remove": async ({ accountId, appName }) => {
      await this.#with(accountId, (backend) => backend.removeHost(appName));
      return {};
    },
    "sessions.list": () => this.#sessions.list(),
    "sessions.open": async ({ accountId, orgSlug, appName, machineId, sessionId, columns, rows }) => {
      await this.#backend(accountId);
      const target: Target = { accountId, orgSlug, appName, machineId: machineId ?? "", machineName: "", region: "" };
      return this.#sessions.open(target, { columns, rows }, sessionId);
    },
    "sessions.reopen": ({ sessionId }) => {
      const session = this.#sessions.get(sessionId);
      session.connect();
      return session.snapshot();
    },
    "sessions.restore": async ({ sessionId, request: { machine, ...app }, columns, rows }) => {
      await this.#backend(app.accountId);
      const { id = "", name = "", region = "" } = machine ?? {};
      const target: Target = { ...app, machineId: id, machineName: name, region };
      return this.#sessions.restore(sessionId, target, { columns, rows });
    },
    "sessions.close": async ({ sessionId }) => {
      await this.#sessions.end(sessionId);
      return {};
    },
    "sessions.resize": ({ sessionId, columns, rows }) => {
      this.#sessions.get(sessionId).resize(columns, rows);
      return {};
    },
    "sessions.acceptHostKey": async ({ sessionId, offeredFingerprint }) => {
      const change = this.#sessions.get(sessionId).hostKeyChange;
      if (change !== null) await this.#hostKeys.accept(change.alias, offeredFingerprint);
      return {};
    },
    "hostKeys.list": () => this.#hostKeys.list(),
    "hostKeys.forget": async ({ alias, fingerprint }) => {
      await this.#hostKeys.forget(alias, fingerprint);
      this.#events.add(THIS_COMPUTER, { kind: "host-key-forgotten", alias: alias.slice(0, 300), fingerprint });
      return {};
    },
    "sessions.attach": ({ sessionId, columns, rows }) => ({ channel: this.#sessions.attach(sessionId, columns, rows) }),
    "tunnels.list": () => this.#tunnels.list(),
    "tunnels.events": () => this.#events.list(),
    "tunnels.retry": async ({ tunnelId }) => {
      await this.#tunnels.get(tunnelId).retry(NEVER);
      return {};
    },
    "tunnels.startCapture": ({ tunnelId, limitBytes }) => {
      const label = this.#tunnels.labelOf(tunnelId);
      return this.#tunnels.get(tunnelId).capture.start({ to: { folder: this.#captures }, limitBytes, label });
    },
    "tunnels.ping": async ({ tunnelId, host, ...wish }) => {
      const { inside } = this.#tunnels.get(tunnelId);
      const [target] = await inside.resolve(host, NEVER);
      if (target === undefined) throw new CulvertError("name-not-found", host);
      return inside.ping({ ...wish, target, timeoutMs: PING_TIMEOUT_MS }, NEVER);
    },
    "tunnels.dig": ({ tunnelId, name, type }) => this.#tunnels.get(tunnelId).inside.dig(name, type, NEVER),
    "tunnels.stopCapture": ({ tunnelId }) => this.#tunnels.get(tunnelId).capture.stop(),
    "peers.list": async ({ accountId, orgSlug }) => {
      const peers = await this.#with(accountId, (backend) => backend.peers(orgSlug));
      const record = await this.#accounts.get(accountId);
      const names = peers.map(({ name }) => name);
      if (record.kind === "platform") await this.#leftPeers.seen(elsewhere(record), orgSlug, names);
      return peers;
    },
    "peers.left": () => this.#leftPeers.list(),
    "peers.forgetLeft": async () => {
      await this.#leftPeers.forget();
      return {};
    },
    "peers.create": ({ accountId, orgSlug, region }) =>
      this.#with(accountId, (backend) => backend.createPeer(orgSlug, region)),
    "peers.remove": async ({ accountId, orgSlug, name }) => {
      await this.#with(accountId, (backend) => backend.removePeer(orgSlug, name));
      return {};
    },
    "regions.nearest": ({ accountId }) => this.#with(accountId, (backend) => backend.nearestRegion()),
  };

  async #signIn(token: string, endpoint: string): Promise<Account> {
    const viewer = await this.#client(endpoint, token.trim()).viewer();
    const id = (await this.#accounts.find(endpoint, viewer.email))?.id ?? randomUUID();
    const record = { id, kind: "platform", label: viewer.email, viewer: viewer.email, endpoint } as const;
    return await this.#signedIn(record, token.trim());
  }

  /** What was made with the old token meanwhile goes only once the new one is in place. */
  async #signedIn(record: AccountRecord, token: string): Promise<Account> {
    const account = await this.#accounts.put(record, token);
    this.#backends.delete(record.id);
    return account;
  }

  async #importConfig(label: string, text: string): Promise<Account> {
    parseConfig(text);
    requireVisible(label);
    return await this.#accounts.add({ id: randomUUID(), kind: "config", label, viewer: null, endpoint: null }, text);
  }

  async #rename(accountId: string, label: string): Promise<Account> {
    requireVisible(label);
    // A platform's account is called by what the platform says.
    if ((await this.#accounts.get(accountId)).kind !== "config")
      throw new CulvertError("bad-request", "only an imported configuration can be renamed");
    return await this.#accounts.rename(accountId, label);
  }

  /** Without the network, with an expired token or a lost secret: an account can always be removed. */
  async #removeAccount(accountId: string, leave: AbortSignal): Promise<LeftPeer[]> {
    try {
      this.#sessions.closeAccount(accountId);
      this.#tunnels.closeAccount(accountId, "cancelled");
      return await this.#forget(await this.#accounts.get(accountId), leave);
    } catch (error) {
      this.#options.log.warn("account not cleaned up", { account: accountId, error: asCulvertError(error).code });
      return [];
    } finally {
      this.#backends.delete(accountId);
      // A session that was being connected may have opened a tunnel while the peers went.
      this.#tunnels.closeAccount(accountId, "cancelled");
      await this.#accounts.remove(accountId);
    }
  }

  async #forget(record: AccountRecord, leave: AbortSignal): Promise<LeftPeer[]> {
    const { store, clock } = this.#options;
    const backend = await this.#backendOf(record.id).catch(() => undefined);
    const names = await (backend?.forget(leave) ?? forgetPeers(store, record.id));
    // The demo's peers go with the demo.
    if (record.kind !== "platform") return [];
    const of = { account: record.label, endpoint: elsewhere(record), at: clock.wall() };
    const left = names.map((name) => ({ ...name, ...of }));
    await this.#leftPeers.add(left);
    return left;
  }

  /** Runs a call on the account's backend, and keeps the account's own error in step with how it went. */
  async #with<T>(accountId: string, run: (backend: Backend) => Promise<T>): Promise<T> {
    try {
      const result = await run(await this.#backend(accountId));
      await this.#accounts.setError(accountId, null);
      return result;
    } catch (error) {
      const failure = asCulvertError(error);
      await this.#noteFailure(accountId, failure);
      throw failure;
    }
  }

  async #noteFailure(accountId: string, failure: CulvertError): Promise<void> {
    if (failure.code === "unauthorized") await this.#accounts.setError(accountId, failure.toInfo());
  }

  #backend(accountId: string): Promise<Backend> {
    if (this.#removals.isUnderWay(accountId))
      return Promise.reject(new CulvertError("not-found", "the account is being removed"));
    return this.#backendOf(accountId);
  }

  #backendOf(accountId: string): Promise<Backend> {
    let backend = this.#backends.get(accountId);
    if (backend === undefined) {
      backend = this.#accounts.get(accountId).then((record) => this.#makeBackend(record));
      backend.catch(() => {
        if (this.#backends.get(accountId) === backend) this.#backends.delete(accountId);
      });
      this.#backends.set(accountId, backend);
    }
    return backend;
  }

  async #makeBackend({ id, kind, endpoint }: AccountRecord): Promise<Backend> {
    const { store, clock, log } = this.#options;
    const secret = await this.#accounts.secret(id);
    if (kind === "config")
      return new ConfigBackend({
        accountId: id,
        label: async () => (await this.#accounts.get(id)).label,
        text: () => this.#accounts.secret(id),
        store,
        log,
      });
    const client = this.#client(endpoint ?? PLATFORM_ENDPOINT, secret);
    return new PlatformBackend({
      accountId: id,
      client,
      store,
      clock,
      onPeerGone: (tunnel, why) => this.#tunnels.close(tunnel, why),
    });
  }

  #client(endpoint: string, token: string): PlatformClient {
    return new PlatformClient({ endpoint, token, version: this.#options.version });
  }
}

/** Accounts keeps of a label what can be seen. */
function requireVisible(label: string): void {
  if (visibleText(label).trim() === "") throw new CulvertError("bad-request", "the name has nothing that can be seen");
}
