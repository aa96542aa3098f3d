/** SSH as the rest of Culvert sees it: RFC 4251 to 4254 by ssh2, over any connected Duplex. */
import type { Duplex } from "node:stream";
import type { Disposable } from "../base/dispose.ts";
import { CulvertError } from "../base/errors.ts";
import { SshConnection } from "./connection.ts";
import type { HostKey } from "./host-keys.ts";
import { prepareLogin, type SshLogin } from "./login.ts";
import type { PtySize } from "./pty.ts";
import type { SshShell } from "./shell.ts";

export type { HostKey } from "./host-keys.ts";
export type { SshLogin } from "./login.ts";
export type { PtySize } from "./pty.ts";
export type { ShellExit, SshShell } from "./shell.ts";

export interface SshConnectOptions {
  /** Connected already; owned by the client from here on, also when connecting fails. */
  transport: Duplex;
  user: string;
  login: SshLogin;
  /** Asked once per connection, before any login; false or a thrown CulvertError ends it. */
  verifyHostKey(key: HostKey): boolean | Promise<boolean>;
  /** Key types to ask the server for first: HostKeyStore.knownTypes. */
  knownHostKeyTypes?: readonly string[];
  /** Ends connecting, not the connection that came of it. */
  signal?: AbortSignal;
  /** Milliseconds of silence before a keepalive@openssh.com request; 0 sends none. Default 15,000. */
  keepaliveMs?: number;
  /** Unanswered keepalives in a row that are allowed. Default 3. */
  keepaliveCount?: number;
  /** A keepalive goes unanswered; the signal aborts when anything comes after all. Asked again at each further one. */
  onUnanswered?: (signal: AbortSignal) => void;
  /** For key exchange and login together, the time in verifyHostKey not counted. Default 20,000. */
  readyTimeoutMs?: number;
  /** Seconds since 1970, to explain why a certificate was refused. Default: the system clock. */
  nowSeconds?: () => number;
  /** Text that the server wants shown before the login. */
  onBanner?: (text: string) => void;
}

export interface ExecOptions {
  /** A terminal for the program; none by default. */
  pty?: PtySize;
  /** Variables the server may refuse; a refusal is ignored. */
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface OpenShellOptions extends PtySize, Omit<ExecOptions, "pty"> {}

export interface SshClient extends Disposable {
  openShell(options: OpenShellOptions): Promise<SshShell>;
  exec(command: string, options?: ExecOptions): Promise<SshShell>;
  /** Fires once: undefined after dispose() or an orderly end, else the reason. A late listener is told at once. */
  onClosed(listener: (error: CulvertError | undefined) => void): Disposable;
}

/** Key exchange, host key check, login. Rejects with a CulvertError and destroys the transport. */
export async function connectSsh(options: SshConnectOptions): Promise<SshClient> {
  try {
    if (options.signal?.aborted) throw new CulvertError("cancelled");
    const nowSeconds = options.nowSeconds ?? (() => Date.now() / 1000);
    const login = prepareLogin(options.login, options.user, nowSeconds);
    const connection = new SshConnection(options, login);
    await connection.ready;
    return connection;
  } catch (error) {
    // An error after this one has nobody left to hear it.
    options.transport.on("error", () => undefined);
    options.transport.destroy();
    throw error;
  }
}
