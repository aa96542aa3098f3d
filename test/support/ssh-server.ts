/** An in-process SSH server (ssh2's, in the other role) on one end of an in-memory connection. */
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import ssh2, { type AuthContext, type Connection, type ServerChannel, type ServerConfig, type Session } from "ssh2";
import {
  formatPrivateKey,
  generateKeyPair,
  type KeyPair,
  signCertificate,
  verifyCertificateLogin,
} from "../../electron/ssh/certificates.ts";
import { connectSsh, type SshClient, type SshConnectOptions, type SshLogin } from "../../electron/ssh/client.ts";
import { duplexPair, type PairOptions } from "./ssh-duplex.ts";

export const NOW_SECONDS = 1_700_000_000;
export const randomKey = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const ca: KeyPair = generateKeyPair(randomKey);
export const user: KeyPair = generateKeyPair(randomKey);
export const hostKey: KeyPair = generateKeyPair(randomKey);

export function certificateLogin(changes: Partial<Parameters<typeof signCertificate>[0]> = {}): SshLogin {
  const certificate = signCertificate({
    ca,
    publicKey: user.publicKey,
    keyId: "test",
    principals: ["root"],
    validAfter: NOW_SECONDS - 60,
    validBefore: NOW_SECONDS + 60,
    extensions: ["permit-pty"],
    random: randomKey,
    ...changes,
  });
  return { kind: "certificate", privateKey: user.privateKey, certificate };
}

export interface TestServerOptions extends PairOptions {
  /** Default: certificates of `ca`, as OpenSSH would judge them. */
  authenticate?: (context: AuthContext) => void;
  session?: (session: Session, connection: Connection) => void;
  config?: Partial<ServerConfig>;
  client?: Partial<SshConnectOptions>;
}

export interface TestConnection {
  client: SshClient;
  server: Connection;
  /** The server's end of the wire. */
  wire: Duplex;
}

/** A client that has logged in to an in-process server. */
export async function connectToTestServer(options: TestServerOptions = {}): Promise<TestConnection> {
  const { transport, wire, connected } = startTestServer(options);
  const client = await connectSsh({ ...clientDefaults(), ...options.client, transport });
  return { client, server: await connected, wire };
}

export function clientDefaults(): Omit<SshConnectOptions, "transport"> {
  return { user: "root", login: certificateLogin(), verifyHostKey: () => true, nowSeconds: () => NOW_SECONDS };
}

export function startTestServer(options: TestServerOptions = {}): {
  transport: Duplex;
  wire: Duplex;
  connected: Promise<Connection>;
} {
  const [transport, wire] = duplexPair(options);
  const server = new ssh2.Server({ hostKeys: [formatPrivateKey(hostKey)], ...options.config });
  const connected = new Promise<Connection>((resolve) => {
    server.on("connection", (connection: Connection) => {
      connection.on("error", () => undefined);
      connection.on("authentication", options.authenticate ?? authenticateByCertificate);
      connection.on("session", (accept) => {
        const session = accept();
        session.on("pty", (acceptPty) => acceptPty?.());
        options.session?.(session, connection);
      });
      resolve(connection);
    });
  });
  // The type asks for a net.Socket; any Duplex will do.
  Reflect.apply(server.injectSocket, server, [wire]);
  return { transport, wire, connected };
}

export function authenticateByCertificate(context: AuthContext): void {
  if (context.method !== "publickey") {
    context.reject(["publickey"]);
    return;
  }
  const verdict = verifyCertificateLogin({
    algorithm: context.key.algo,
    keyBlob: context.key.data,
    signature: context.signature,
    signedData: context.blob,
    trustedCas: [ca.publicKey],
    principal: context.username,
    nowSeconds: NOW_SECONDS,
  });
  if (verdict.ok) context.accept();
  else context.reject(["publickey"]);
}

/** Runs `program` for every command and every shell. */
export function onProgram(program: (channel: ServerChannel, command: string) => void): (session: Session) => void {
  return (session) => {
    session.on("shell", (accept) => program(accept(), ""));
    session.on("exec", (accept, _reject, info) => program(accept(), info.command));
  };
}
