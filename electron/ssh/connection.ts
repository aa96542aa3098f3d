/** One ssh2 client from the first byte to the last: who may fail it, who hears of it, and what it still owns then. */
import type { Duplex } from "node:stream";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { type Disposable, toDisposable } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { offeredAlgorithms } from "./algorithms.ts";
import type { ExecOptions, OpenShellOptions, SshClient, SshConnectOptions } from "./client.ts";
import { remoteText, sshFailure } from "./failure.ts";
import { fingerprint, type HostKey, hostKeyFromBlob } from "./host-keys.ts";
import { Keepalive } from "./keepalive.ts";
import type { PreparedLogin } from "./login.ts";
import { ptyRequest } from "./pty.ts";
import { ChannelShell, type SshShell } from "./shell.ts";
import { type ClientInternals, clientInternals } from "./ssh2-internals.ts";
import { guardTransport } from "./transport-guard.ts";
import { sameBytes } from "./wire.ts";

const READY_TIMEOUT_MS = 20_000;
const KEEPALIVE_MS = 15_000;
const KEEPALIVE_COUNT = 3;
/** A terminal's window is small, so that ^C is seen soon after a flood; a program's output without one may fill a fat pipe. */
const TERMINAL_WINDOW = 128 * 1024;
const PROGRAM_WINDOW = 2 * 1024 * 1024;

/** RFC 4250 section 4.2.2: no more authentication methods, illegal user name. */
const AUTH_REASONS = new Set([14, 15]);
/** Characters of banners (RFC 4252 section 5.4) that are passed on. */
const MAX_BANNER_LENGTH = 64 * 1024;
/** How long a finished connection may take to send what it still holds. */
const GOODBYE_MS = 1_000;

type Opened = (error: Error | undefined, channel: ClientChannel) => void;

export class SshConnection implements SshClient {
  readonly ready: Promise<void>;
  readonly #options: SshConnectOptions;
  readonly #login: PreparedLogin;
  readonly #transport: Duplex;
  readonly #client: Client = new ssh2.Client();
  readonly #internals: ClientInternals;
  readonly #shells = new Set<ChannelShell>();
  readonly #openings = new Set<(error: CulvertError) => void>();
  readonly #closed = new Emitter<CulvertError | undefined>();
  #keepalive: Keepalive | undefined;
  #readyTimer: NodeJS.Timeout | undefined;
  #hostKey: HostKey | undefined;
  #loginBegun = false;
  #bannerLength = 0;
  #state: { name: "connecting" } | { name: "ready" } | { name: "closed"; error: CulvertError | undefined } = {
    name: "connecting",
  };
  #resolveReady: () => void = () => undefined;
  #rejectReady: (error: CulvertError) => void = () => undefined;

  constructor(options: SshConnectOptions, login: PreparedLogin) {
    this.#options = options;
    this.#login = login;
    this.#transport = options.transport;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.ready.catch(() => undefined);
    this.#listen();
    this.#internals = this.#start();
  }

  async openShell(options: OpenShellOptions): Promise<SshShell> {
    const { environment = {}, signal } = options;
    return await this.#open(TERMINAL_WINDOW, signal, (opened) =>
      this.#client.shell(ptyRequest(options), { env: { ...environment } }, opened),
    );
  }

  async exec(command: string, options: ExecOptions = {}): Promise<SshShell> {
    const { environment = {}, pty, signal } = options;
    const request = { env: { ...environment }, ...(pty === undefined ? {} : { pty: ptyRequest(pty) }) };
    const window = pty === undefined ? PROGRAM_WINDOW : TERMINAL_WINDOW;
    return await this.#open(window, signal, (opened) => this.#client.exec(command, request, opened));
  }

  onClosed(listener: (error: CulvertError | undefined) => void): Disposable {
    if (this.#state.name !== "closed") return this.#closed.on(listener);
    listener(this.#state.error);
    return toDisposable(() => undefined);
  }

  dispose(): void {
    for (const shell of [...this.#shells]) shell.dispose();
    this.#close(undefined);
  }

  #listen(): void {
    const { signal } = this.#options;
    const client = this.#client;
    const transport = this.#transport;
    client.on("ready", () => this.#onReady());
    client.on("error", (error) => this.#close(this.#describe(error)));
    client.on("banner", (text) => this.#onBanner(text));
    client.on("change password", () => this.#refuse("the password has expired and must be changed first"));
    transport.on("drain", this.#onDrain);
    // Before ssh2's own listeners, which would blame the protocol for a connection that broke.
    transport.once("end", () => this.#onTransportEnd());
    transport.once("close", () => this.#onTransportEnd());
    transport.on("error", (error) => this.#close(sshFailure(error)));
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  #start(): ClientInternals {
    this.#client.connect({
      sock: this.#transport,
      username: this.#options.user,
      ident: "Culvert",
      algorithms: offeredAlgorithms(this.#options.knownHostKeyTypes),
      // Both timers are ours: this one stops while the host key is looked at, see Keepalive for the other.
      readyTimeout: 0,
      keepaliveInterval: 0,
      hostVerifier: (blob: Buffer, verify: (valid: boolean) => void) => void this.#verifyHostKey(blob, verify),
      authHandler: (allowed, partial, next) => {
        if (this.#state.name !== "connecting") {
          this.#close(new CulvertError("ssh-failed", "the server refused the login after it had accepted it"));
          return;
        }
        const method = this.#login.next(allowed ?? undefined);
        this.#loginBegun = true;
        if (method !== undefined) next(method);
        else this.#refuse(this.#login.explain(allowed ?? [], partial === true));
      },
    });
    const internals = clientInternals(this.#client);
    this.#login.install?.(internals._protocol);
    guardTransport({
      internals,
      transport: this.#transport,
      onBytes: () => this.#keepalive?.heard(),
      onViolation: (error) => this.#close(error),
    });
    this.#armReadyTimer();
    return internals;
  }

  /** Before the login, and again at each later key exchange, where only the same key will do. */
  async #verifyHostKey(blob: Uint8Array, verify: (valid: boolean) => void): Promise<void> {
    const key = hostKeyFromBlob(Uint8Array.from(blob));
    try {
      if (this.#hostKey === undefined) await this.#askForHostKey(key);
      else if (!sameBytes(this.#hostKey.blob, key.blob))
        throw new CulvertError("host-key-changed", "the server changed its key in mid-connection");
    } catch (error) {
      this.#close(asCulvertError(error));
    }
    if (this.#state.name === "closed") return;
    try {
      verify(true);
    } catch (error) {
      this.#close(sshFailure(error)); // ssh2 goes on with the handshake inside
    }
  }

  async #askForHostKey(key: HostKey): Promise<void> {
    this.#hostKey = key;
    clearTimeout(this.#readyTimer);
    const accepted = await this.#options.verifyHostKey(key);
    if (!accepted) throw new CulvertError("host-key-changed", `offered ${key.type} ${fingerprint(key)}`);
    if (this.#state.name === "connecting") this.#armReadyTimer();
  }

  #armReadyTimer(): void {
    const limitMs = this.#options.readyTimeoutMs ?? READY_TIMEOUT_MS;
    this.#readyTimer = setTimeout(() => {
      this.#close(new CulvertError("connection-timeout", `no SSH login within ${limitMs / 1000} s`));
    }, limitMs);
  }

  #onReady(): void {
    if (this.#state.name !== "connecting") return;
    this.#state = { name: "ready" };
    clearTimeout(this.#readyTimer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#keepalive = new Keepalive({
      intervalMs: this.#options.keepaliveMs ?? KEEPALIVE_MS,
      count: this.#options.keepaliveCount ?? KEEPALIVE_COUNT,
      ask: () => {
        // RFC 4254 section 4: answers come in the order of the questions; this one's is not looked at.
        this.#internals._callbacks.push(() => undefined);
        this.#internals._protocol.ping();
      },
      onSilence: () => this.#close(new CulvertError("connection-timeout", "the SSH server stopped answering")),
      onUnanswered: (signal) => this.#options.onUnanswered?.(signal),
    });
    this.#resolveReady();
  }

  readonly #onAbort = (): void => this.#close(new CulvertError("cancelled"));

  readonly #onDrain = (): void => {
    for (const shell of [...this.#shells]) shell.transportDrained();
  };

  /** Some servers end the connection instead of refusing the last login ("Too many authentication failures"). */
  #describe(error: Error): CulvertError {
    const reason: unknown = Reflect.get(error, "code");
    const isRefusal = typeof reason === "number" && (AUTH_REASONS.has(reason) || /authentication/i.test(error.message));
    if (this.#state.name !== "connecting" || !this.#loginBegun || !isRefusal) return sshFailure(error);
    const said = remoteText(error.message);
    return new CulvertError("ssh-auth-failed", `${this.#login.explain([], false)}; it said: ${said}`, { cause: error });
  }

  #onBanner(text: string): void {
    this.#bannerLength += text.length;
    if (this.#bannerLength <= MAX_BANNER_LENGTH) this.#options.onBanner?.(text);
  }

  #refuse(detail: string): void {
    this.#close(new CulvertError("ssh-auth-failed", detail));
  }

  #onTransportEnd(): void {
    const idle = this.#state.name === "ready" && this.#shells.size === 0 && this.#openings.size === 0;
    this.#close(idle ? undefined : new CulvertError("connection-reset", "the SSH server closed the connection"));
  }

  /** The first reason stands. Says goodbye where that is still possible, and lets go of everything. */
  #close(error: CulvertError | undefined): void {
    if (this.#state.name === "closed") return;
    const wasReady = this.#state.name === "ready";
    this.#state = { name: "closed", error };
    clearTimeout(this.#readyTimer);
    this.#keepalive?.dispose();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#transport.removeListener("drain", this.#onDrain);
    try {
      this.#client.end();
    } catch {
      // The protocol object was already torn down: there is no goodbye to say.
    }
    // What was written so far is flushed first; a transport that cannot is not waited for.
    if (wasReady && error === undefined) setTimeout(() => this.#transport.destroy(), GOODBYE_MS).unref();
    else this.#transport.destroy();
    const reason = error ?? new CulvertError("cancelled");
    for (const reject of [...this.#openings]) reject(reason);
    for (const shell of [...this.#shells]) shell.connectionLost(reason);
    if (!wasReady) this.#rejectReady(reason);
    this.#closed.fire(error);
    this.#closed.dispose();
  }

  #open(window: number, signal: AbortSignal | undefined, request: (opened: Opened) => void): Promise<SshShell> {
    return new Promise((resolve, reject) => {
      if (this.#state.name === "closed") return reject(this.#state.error ?? new CulvertError("cancelled"));
      if (signal?.aborted) return reject(new CulvertError("cancelled"));
      let settled = false;
      const settle = (act: () => void) => {
        if (settled) return;
        settled = true;
        this.#openings.delete(fail);
        signal?.removeEventListener("abort", onAbort);
        act();
      };
      const fail = (error: CulvertError) => settle(() => reject(error));
      const onAbort = () => fail(new CulvertError("cancelled"));
      this.#openings.add(fail);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#withWindow(window, () =>
        request((error, channel) => {
          if (error instanceof Error) {
            fail(new CulvertError("shell-refused", refusalText(error.message), { cause: error }));
          } else if (settled) {
            channel.on("error", () => undefined);
            channel.close();
          } else {
            settle(() => {
              try {
                resolve(this.#adopt(channel, window));
              } catch (misfit) {
                channel.close();
                reject(asCulvertError(misfit));
              }
            });
          }
        }),
      );
    });
  }

  #adopt(channel: ClientChannel, window: number): ChannelShell {
    const shell: ChannelShell = new ChannelShell({
      channel,
      window,
      protocol: this.#internals._protocol,
      transportIsFull: () => this.#transport.writableNeedDrain,
      onEnd: () => this.#shells.delete(shell),
    });
    this.#shells.add(shell);
    return shell;
  }

  /** ssh2 announces 2 MiB for every channel; the request for a session leaves within `open`. */
  #withWindow(window: number, open: () => void): void {
    const protocol = this.#internals._protocol;
    const original = protocol.session;
    protocol.session = (channel, _window, maxPacket) => original.call(protocol, channel, window, maxPacket);
    try {
      open();
    } catch (error) {
      this.#close(sshFailure(error));
    } finally {
      protocol.session = original;
    }
  }
}

function refusalText(message: string): string {
  if (message.includes("pseudo-terminal")) return "no terminal; the certificate may lack permit-pty";
  return remoteText(message.replace(/^\(SSH\) /, ""));
}
