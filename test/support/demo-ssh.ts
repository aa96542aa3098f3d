import { randomBytes } from "node:crypto";
import type { ShellHost } from "../../electron/demo/shell/types.ts";
import { type SshServerOptions, serveSsh } from "../../electron/demo/ssh/server.ts";
import { type CertificateRequest, keyPairFromSeed, signCertificate } from "../../electron/ssh/certificates.ts";
import { connectSsh, type SshClient } from "../../electron/ssh/client.ts";
import { testHost } from "./demo-host.ts";
import { type DuplexEnd, duplexPair } from "./ssh-duplex.ts";

export const CA = keyPairFromSeed(new Uint8Array(32).fill(7));
export const HOST_KEY = keyPairFromSeed(new Uint8Array(32).fill(8));
export const USER_KEY = keyPairFromSeed(new Uint8Array(32).fill(9));

/** A certificate that is right in everything but `wrong`. */
export function certificate(host: ShellHost, wrong: Partial<CertificateRequest> = {}): string {
  const now = host.wall() / 1000;
  return signCertificate({
    ca: CA,
    publicKey: USER_KEY.publicKey,
    keyId: "robin",
    principals: ["root", "fly"],
    validAfter: Math.floor(now - 300),
    validBefore: Math.floor(now + 3600),
    extensions: ["permit-pty"],
    random: (length) => randomBytes(length),
    ...wrong,
  });
}

export interface DemoSsh {
  readonly client: SshClient;
  readonly host: ShellHost;
  readonly server: { dispose(): void };
  /** The server's end of the transport. */
  readonly transport: DuplexEnd;
}

/** Our client on our server over memory. */
export async function connectDemo(
  options: { readonly user?: string; readonly line?: string; readonly server?: Partial<SshServerOptions> } = {},
): Promise<DemoSsh> {
  const host = testHost();
  const [near, far] = duplexPair();
  const server = serveSsh(far, { hostKey: HOST_KEY, trustedCa: CA.publicKey, host, ...options.server });
  const client = await connectSsh({
    transport: near,
    user: options.user ?? "root",
    login: { kind: "certificate", privateKey: USER_KEY.privateKey, certificate: options.line ?? certificate(host) },
    verifyHostKey: () => true,
    nowSeconds: () => host.wall() / 1000,
  });
  return { client, host, server, transport: far };
}
