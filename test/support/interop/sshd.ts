/** Debian's sshd with a configuration and host keys of its own, in a directory that is removed afterwards. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Disposable } from "../../../electron/base/dispose.ts";

const SSHD = "/usr/sbin/sshd";
/** Where sshd built for Debian drops its privileges to; it refuses to start without. */
const PRIVSEP_DIRECTORY = "/run/sshd";

export interface SshdOptions {
  /** Default 127.0.0.1. */
  listenAddress?: string;
  /** 0 or absent picks a port that is free on this machine's loopback. */
  port?: number;
  /** For example ["ip", "netns", "exec", name]. */
  commandPrefix?: readonly string[];
  /** authorized_keys lines of authorities. */
  trustedUserCas?: readonly string[];
  /** authorized_keys lines of every user. */
  authorizedKeys?: readonly string[];
  /** More sshd_config lines, put first: sshd keeps the first value it finds. */
  extraConfig?: readonly string[];
}

export interface Sshd extends Disposable {
  readonly address: string;
  readonly port: number;
  /** The public host keys by type, as "type base64 comment" lines. */
  readonly hostKeys: { readonly ed25519: string; readonly ecdsa: string; readonly rsa: string };
  /** What sshd said so far. */
  log(): string;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

/** Why the tests that need sshd cannot run here, or undefined when they can. In CI they always run, and fail loudly. */
export function sshdMissing(): string | undefined {
  if (process.env["CI"] === "true") return undefined;
  if (process.platform !== "linux") return "sshd tests need Linux";
  if (process.getuid?.() !== 0) return "sshd tests need root, for logins and for /run/sshd";
  if (!existsSync(SSHD)) return "sshd is not installed (Debian: openssh-server)";
  return existsSync("/usr/bin/ssh-keygen") ? undefined : "ssh-keygen is not installed (Debian: openssh-client)";
}

/** Starts sshd; resolves when it listens, rejects with its words when it does not. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), "culvert-sshd-"));
  mkdirSync(PRIVSEP_DIRECTORY, { recursive: true, mode: 0o755 });
  const address = options.listenAddress ?? "127.0.0.1";
  const port = options.port ? options.port : await freePort();
  const hostKeys = {
    ed25519: makeHostKey(directory, "ed25519"),
    ecdsa: makeHostKey(directory, "ecdsa"),
    rsa: makeHostKey(directory, "rsa"),
  };
  writeFileSync(join(directory, "user_cas"), lines(options.trustedUserCas ?? []));
  writeFileSync(join(directory, "authorized_keys"), lines(options.authorizedKeys ?? []), { mode: 0o600 });
  writeFileSync(join(directory, "sshd_config"), configuration(directory, address, port, options.extraConfig ?? []));
  const [program, ...args] = [...(options.commandPrefix ?? []), SSHD, "-D", "-e", "-f", join(directory, "sshd_config")];
  const child = spawn(program!, args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const dispose = () => {
    // A session outlives its listener, and a client that only fell silent never ends it.
    for (const session of childrenOf(child.pid)) killQuietly(session);
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await listening(child, () => log);
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    address,
    port,
    hostKeys,
    log: () => log,
    dispose,
    stop: async () => {
      dispose();
      await exited;
    },
  };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

function childrenOf(parent: number | undefined): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // proc(5): pid (name) state ppid; the name may hold anything, the last parenthesis ends it.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return ppid === parent ? [Number(name)] : [];
    } catch {
      return []; // gone in the meantime
    }
  });
}

function configuration(directory: string, address: string, port: number, extra: readonly string[]): string {
  return lines([
    ...extra,
    `ListenAddress ${address.includes(":") ? `[${address}]` : address}:${port}`,
    `HostKey ${join(directory, "host_ed25519")}`,
    `HostKey ${join(directory, "host_ecdsa")}`,
    `HostKey ${join(directory, "host_rsa")}`,
    `TrustedUserCAKeys ${join(directory, "user_cas")}`,
    `AuthorizedKeysFile ${join(directory, "authorized_keys")}`,
    "PidFile none",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "StrictModes no",
    "UseDNS no",
    "PrintMotd no",
    "PrintLastLog no",
    "MaxAuthTries 20",
    "MaxStartups 100:30:200",
    "LogLevel VERBOSE",
    "Subsystem sftp internal-sftp",
  ]);
}

function makeHostKey(directory: string, type: string): string {
  const file = join(directory, `host_${type}`);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", `host-${type}`, "-f", file]);
  return readFileSync(`${file}.pub`, "utf8").trim();
}

/** sshd says "Server listening on ..." once it does; it may do so for the first of several addresses only. */
function listening(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (log().includes("Server listening on")) resolve();
    };
    child.stderr?.on("data", look);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`sshd ended with ${code}: ${log()}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join("");
}
