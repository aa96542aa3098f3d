import type { Duplex } from "node:stream";
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext } from "ssh2";
import type { Disposable } from "../../base/dispose.ts";
import { type Log, silentLog } from "../../base/log.ts";
import { offeredAlgorithms } from "../../ssh/algorithms.ts";
import { formatPrivateKey, type KeyPair, verifyCertificateLogin } from "../../ssh/certificates.ts";
import type { ShellHost } from "../shell/types.ts";
import { serveSession } from "./session.ts";

export interface SshServerOptions {
  /** Ed25519. */
  readonly hostKey: KeyPair;
  /** 32-byte Ed25519 key of the only authority that is trusted. */
  readonly trustedCa: Uint8Array;
  readonly host: ShellHost;
  readonly log?: Log;
}

/** sshd's MaxAuthTries. */
const MOST_ATTEMPTS = 6;
/** sshd's LoginGraceTime is two minutes; a private network needs less. */
const LOGIN_GRACE_MS = 30_000;
const MOST_SESSIONS = 16;
/** ssh2 always sends keepalives of its own; a client that sleeps must find its shell again, so they come every 24 days. */
const NO_KEEPALIVE_MS = 0x7fff_ffff;

/**
 * Serves SSH on a connected stream, which it owns from here on. Logins by certificate of the trusted authority only, judged
 * as OpenSSH does. (ssh2 hands an algorithm it does not know through as it came: certificate, plain Ed25519 signature and
 * signed data are all there, so the server's side needs no patch; a test holds it to that.)
 */
export function serveSsh(stream: Duplex, options: SshServerOptions): Disposable {
  const log = options.log ?? silentLog;
  const gone = new AbortController();
  // One server object for each connection: it is the only way to know which stream a connection came from.
  const server = new ssh2.Server({
    hostKeys: [formatPrivateKey(options.hostKey)],
    ident: "hallpass-demo",
    algorithms: { ...offeredAlgorithms(), serverHostKey: ["ssh-ed25519"] },
    keepaliveInterval: NO_KEEPALIVE_MS,
  });
  const grace = setTimeout(() => stream.destroy(), LOGIN_GRACE_MS);
  stream.once("close", () => {
    clearTimeout(grace);
    gone.abort();
  });
  stream.on("error", () => stream.destroy());
  server.on("connection", (connection) => {
    const login = new LoginJudge(options, log);
    connection.on("authentication", (context) => login.judge(context, () => stream.destroy()));
    connection.on("ready", () => clearTimeout(grace));
    connection.on("error", (error) => {
      log.debug("demo ssh connection", { app: options.host.app, reason: error.message });
      stream.destroy();
    });
    connection.on("end", () => stream.end());
    connection.on("close", () => gone.abort());
    acceptSessions(connection, stream, login, options.host, gone.signal, log);
  });
  server.on("error", () => stream.destroy());
  // ssh2 uses nothing of a socket that a Duplex has not.
  const acceptor: { injectSocket(stream: Duplex): unknown } = server;
  acceptor.injectSocket(stream);
  return { dispose: () => stream.destroy() };
}

function acceptSessions(
  connection: Connection,
  transport: Duplex,
  login: LoginJudge,
  host: ShellHost,
  signal: AbortSignal,
  log: Log,
): void {
  let open = 0;
  connection.on("session", (accept, reject) => {
    if (open >= MOST_SESSIONS) {
      reject();
      return;
    }
    open++;
    const session = accept();
    session.on("close", () => open--);
    serveSession(session, {
      host,
      transport,
      mayHavePty: login.mayHavePty,
      signal,
      onError: (error) => log.error("demo shell failed", { reason: error instanceof Error ? error.message : "?" }),
    });
  });
  // OpenSSH's client announces that no more sessions will come; that is all the global requests we know.
  connection.on("request", (_accept, reject) => reject?.());
}

/** Decides about login attempts, and remembers what the accepted certificate allows. */
class LoginJudge {
  readonly #options: SshServerOptions;
  readonly #log: Log;
  #attempts = 0;
  mayHavePty = false;

  constructor(options: SshServerOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  judge(context: AuthContext, giveUp: () => void): void {
    // "none" only asks for the methods (RFC 4252 section 5.2).
    if (context.method !== "none" && ++this.#attempts > MOST_ATTEMPTS) giveUp();
    else if (context.method === "publickey" && this.#mayLogIn(context)) context.accept();
    else context.reject(["publickey"]);
  }

  #mayLogIn(context: PublicKeyAuthContext): boolean {
    const verdict = verifyCertificateLogin({
      algorithm: context.key.algo,
      keyBlob: context.key.data,
      signature: context.signature,
      signedData: context.blob,
      trustedCas: [this.#options.trustedCa],
      principal: context.username,
      nowSeconds: this.#options.host.wall() / 1000,
    });
    if (verdict.ok) this.mayHavePty = verdict.certificate.extensions.has("permit-pty");
    else this.#log.info("demo ssh login refused", { app: this.#options.host.app, reason: verdict.reason });
    return verdict.ok;
  }
}
