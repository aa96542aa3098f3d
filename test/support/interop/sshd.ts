import type { Disposable } from "../../../electron/base/dispose.ts";

export interface SshdOptions {
  listenAddress?: string;
  /** 0 or absent picks a free loopback port. */
  port?: number;
  /** For example ["ip", "netns", "exec", name]. */
  commandPrefix?: readonly string[];
  /** authorized_keys lines of authorities. */
  trustedUserCas?: readonly string[];
  /** authorized_keys lines of root. */
  authorizedKeys?: readonly string[];
  /** More sshd_config lines, put first so that they win. */
  extraConfig?: readonly string[];
}

export interface Sshd extends Disposable {
  readonly address: string;
  readonly port: number;
  /** The ed25519 host key's line. */
  readonly hostKey: string;
  /** What sshd said so far. */
  log(): string;
}

/** Why the tests that need sshd cannot run here, or undefined when they can. */
export function sshdMissing(): string | undefined {
  return "not yet";
}

/** Starts Debian's sshd in a directory of its own; resolves when it listens. */
export function startSshd(options: SshdOptions): Promise<Sshd> {
  throw new Error(`not yet ${options}`);
}
