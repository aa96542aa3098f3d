import type { Duplex } from "node:stream";
import type { Disposable } from "../base/dispose.ts";
import type { CulvertError } from "../base/errors.ts";
import type { HostKey } from "./host-keys.ts";
import type { SshShell } from "./shell.ts";

export type { HostKey } from "./host-keys.ts";
export type { ShellExit, SshShell } from "./shell.ts";

export type SshLogin =
  /** `privateKey`: 32-byte Ed25519 seed; `certificate`: its authorized_keys line. */
  | { kind: "certificate"; privateKey: Uint8Array; certificate: string }
  /** `privateKey`: the text of a key file (OpenSSH, PEM or PPK). */
  | { kind: "key"; privateKey: string; passphrase?: string }
  | { kind: "password"; password: string };

export interface SshConnectOptions {
  /** Connected already; owned by the client from here on, also when connecting fails. */
  transport: Duplex;
  user: string;
  login: SshLogin;
  /** Asked once per connection, before any login; false or a thrown CulvertError ends it. */
  verifyHostKey(key: HostKey): boolean | Promise<boolean>;
  /** Key types to ask the server for first: HostKeyStore.knownTypes. */
  knownHostKeyTypes?: readonly string[];
  signal?: AbortSignal;
  /** Milliseconds between keepalive@openssh.com requests; 0 sends none. Default 15,000. */
  keepaliveMs?: number;
  /** Unanswered keepalives that end the connection. Default 3. */
  keepaliveCount?: number;
  /** For key exchange and login together, the time in verifyHostKey not counted. Default 20,000. */
  readyTimeoutMs?: number;
  /** Seconds since 1970, for the certificate's validity. Default: the system clock. */
  nowSeconds?: () => number;
  /** Text that the server wants shown before the login. */
  onBanner?: (text: string) => void;
}

export interface PtySize {
  term: string;
  columns: number;
  rows: number;
}

export interface OpenShellOptions extends PtySize {
  /** Variables the server may refuse; a refusal is ignored. */
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface ExecOptions {
  pty?: PtySize;
  environment?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface SshClient extends Disposable {
  openShell(options: OpenShellOptions): Promise<SshShell>;
  exec(command: string, options?: ExecOptions): Promise<SshShell>;
  /** Fires once: undefined after dispose() or a clean end, else the reason. A late listener is told at once. */
  onClosed(listener: (error: CulvertError | undefined) => void): Disposable;
}

/** Key exchange, host key check, login. Rejects with a CulvertError and closes the transport. */
export function connectSsh(options: SshConnectOptions): Promise<SshClient> {
  throw new Error(`not yet ${options}`);
}
