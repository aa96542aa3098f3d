/**
 * wireguard-go with a TUN in a network namespace of its own: the kernel's IP stack behind it is the peer of our tests.
 * The UDP socket stays in the namespace of this process, because that is where wireguard-go was started.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyOf } from "../../../electron/crypto/x25519.ts";

const TOOLS = ["/usr/bin/wireguard-go", "/usr/bin/wg"];
const IP_TOOLS = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"];
const TUN = "/dev/net/tun";
const STARTUP_MS = 20_000;

/** Why tests that need wireguard-go cannot run here, or undefined when they can. In CI they always run, and fail loudly. */
export function wireguardGoMissing(): string | undefined {
  if (process.env["CI"] === "true") return undefined;
  if (process.platform !== "linux") return "wireguard-go tests need Linux";
  if (process.getuid?.() !== 0) return "wireguard-go tests need root, for a TUN and a network namespace";
  if (!existsSync(TUN)) return `wireguard-go tests need ${TUN}`;
  const missing = TOOLS.find((path) => !existsSync(path));
  if (missing !== undefined) return `${missing} is not installed (Debian: wireguard-go, wireguard-tools)`;
  return IP_TOOLS.some((path) => existsSync(path)) ? undefined : "ip is not installed (Debian: iproute2)";
}

export interface WireguardGoPeer {
  readonly publicKey: Uint8Array;
  readonly presharedKey?: Uint8Array;
  /** host:port, for example "127.0.0.1:51820". */
  readonly endpoint?: string;
  /** For example "10.77.0.2/32"; each gets a route into the tunnel when the addresses do not cover it. */
  readonly allowedIps: readonly string[];
  readonly persistentKeepaliveSeconds?: number;
}

export interface WireguardGoOptions {
  /** Inner addresses with their prefix, for example "10.77.0.1/24" or "fd77::1/64". */
  readonly addresses: readonly string[];
  readonly peers: readonly WireguardGoPeer[];
  /** Random when left out. */
  readonly privateKey?: Uint8Array;
  /** 0 or left out for any. */
  readonly listenPort?: number;
  readonly mtu?: number;
}

export interface WireguardGo {
  readonly publicKey: Uint8Array;
  /** Where it listens, on all addresses of this machine. */
  readonly port: number;
  readonly namespace: string;
  readonly interfaceName: string;
  /** Put in front of a command, it runs beside the TUN: ["ip", "netns", "exec", name]. */
  readonly commandPrefix: readonly string[];
  /** Replaces the configuration of the peers (as `wg syncconf`: sessions of peers that stay are kept). */
  setPeers(peers: readonly WireguardGoPeer[]): Promise<void>;
  /** Runs a program in the namespace and returns what it printed. */
  run(program: string, args: readonly string[], input?: string): Promise<string>;
  /** Lets the kernel send one UDP datagram into the tunnel. */
  sendUdp(address: string, port: number, text: string): Promise<void>;
  /** Bytes received and sent and the last handshake (Unix seconds, 0 for none) by base64 public key. */
  figures(): Promise<Map<string, { received: number; sent: number; handshakeAt: number }>>;
  log(): string;
  /** What is sent to it meanwhile waits in its sockets, and is there all at once when it goes on. */
  stoppedWhile(act: () => void): void;
  dispose(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export async function startWireguardGo(options: WireguardGoOptions): Promise<WireguardGo> {
  const id = randomBytes(4).toString("hex");
  const [namespace, interfaceName] = [`culvert-${id}`, `cv${id}`];
  const privateKey = options.privateKey ?? randomBytes(32);
  const child = spawn("wireguard-go", ["-f", interfaceName], {
    env: { ...process.env, LOG_LEVEL: "verbose" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const logged = collect(child);
  const dispose = async (): Promise<void> => {
    await stopped(child);
    running.delete(child);
    await run("ip", ["netns", "del", namespace]).catch(() => undefined);
  };
  const configure = async (peers: readonly WireguardGoPeer[], how: "setconf" | "syncconf"): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), "culvert-wg-"));
    const file = join(directory, "wg.conf");
    writeFileSync(file, configText(privateKey, options.listenPort ?? 0, peers), { mode: 0o600 });
    await run("wg", [how, interfaceName, file]).finally(() => rmSync(directory, { recursive: true }));
  };
  try {
    await until("wireguard-go's socket", logged, () => logged().includes("UAPI listener started"));
    await configure(options.peers, "setconf");
    await run("ip", ["netns", "add", namespace]);
    await run("ip", ["link", "set", interfaceName, "netns", namespace]);
    await run("ip", ["-n", namespace, "link", "set", "lo", "up"]);
    for (const address of options.addresses)
      await run("ip", ["-n", namespace, "address", "add", address, "dev", interfaceName, "nodad"]);
    await run("ip", ["-n", namespace, "link", "set", interfaceName, "mtu", String(options.mtu ?? 1420), "up"]);
    for (const prefix of options.peers.flatMap(({ allowedIps }) => allowedIps))
      await run("ip", ["-n", namespace, "route", "replace", prefix, "dev", interfaceName]);
    await until("wireguard-go to come up", logged, () => logged().includes("now Up"));
    const port = Number(await run("wg", ["show", interfaceName, "listen-port"]));
    const commandPrefix = ["ip", "netns", "exec", namespace];
    return {
      publicKey: publicKeyOf(privateKey),
      port,
      namespace,
      interfaceName,
      commandPrefix,
      setPeers: (peers) => configure(peers, "syncconf"),
      run: (program, args, input) => run("ip", [...commandPrefix.slice(1), program, ...args], input),
      sendUdp: async (address, to, text) => {
        const redirect = `printf %s "$1" > "/dev/udp/$2/$3"`;
        await run("ip", [...commandPrefix.slice(1), "bash", "-c", redirect, "bash", text, address, String(to)]);
      },
      figures: async () => figuresOf(await run("wg", ["show", interfaceName, "dump"])),
      log: logged,
      stoppedWhile: (act) => {
        child.kill("SIGSTOP");
        try {
          act();
        } finally {
          child.kill("SIGCONT");
        }
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function configText(privateKey: Uint8Array, listenPort: number, peers: readonly WireguardGoPeer[]): string {
  const lines = ["[Interface]", `PrivateKey = ${base64(privateKey)}`];
  if (listenPort !== 0) lines.push(`ListenPort = ${listenPort}`);
  for (const peer of peers) {
    lines.push("[Peer]", `PublicKey = ${base64(peer.publicKey)}`, `AllowedIPs = ${peer.allowedIps.join(", ")}`);
    if (peer.presharedKey !== undefined) lines.push(`PresharedKey = ${base64(peer.presharedKey)}`);
    if (peer.endpoint !== undefined) lines.push(`Endpoint = ${peer.endpoint}`);
    if (peer.persistentKeepaliveSeconds !== undefined)
      lines.push(`PersistentKeepalive = ${peer.persistentKeepaliveSeconds}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The dump's peer lines: key, psk, endpoint, allowed IPs, last handshake, received, sent, keepalive. */
function figuresOf(dump: string): Map<string, { received: number; sent: number; handshakeAt: number }> {
  const peers = dump.trim().split("\n").slice(1);
  return new Map(
    peers.map((line) => {
      const [key = "", , , , handshakeAt, received, sent] = line.split("\t");
      return [key, { received: Number(received), sent: Number(sent), handshakeAt: Number(handshakeAt) }];
    }),
  );
}

function base64(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}

function run(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.slice(0, 4).join(" ")}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on("error", () => undefined); // it may end without reading
    child.stdin?.end(input);
  });
}

function collect(child: ChildProcess): () => string {
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log = `${log}${text}`.slice(-200_000);
    });
  }
  child.once("error", (error) => {
    log += `could not start: ${error.message}\n`;
  });
  child.once("exit", (code, signal) => {
    log += `ended: ${code ?? signal}\n`;
  });
  return () => log;
}

async function until(what: string, log: () => string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + STARTUP_MS;
  while (!done()) {
    if (Date.now() > deadline || /^(ended|could not start):/m.test(log()))
      throw new Error(`waited in vain for ${what}:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), 3_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
