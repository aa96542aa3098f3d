import { type ChildProcess, execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { ENGINE_HEAP } from "../../electron/engine/worker-heap.ts";
import { startWireguardGo, type WireguardGo } from "../support/interop/wireguard-go.ts";
import type { ClientJob, ClientResult, ClientSetup } from "./client-job.ts";

/**
 * One gateway (Debian's wireguard-go on a TUN in a namespace), a Linux TCP server behind it, and its clients: Culvert in a
 * process of its own, the anchor, and Linux's TCP behind a second wireguard-go. Each is a peer with keys of its own.
 */
export const MTU = 1420;
/** TCP payload of a full packet: IPv6 and TCP with timestamps. */
export const SEGMENT_BYTES = MTU - 40 - 32;
/** What such a packet is as a datagram outside. */
export const DATAGRAM_BYTES = MTU + 32;
export const SERVER_PORTS = { recv: 9001, send: 9002, echo: 9003 } as const;
const SERVER = "fdcc::1";
const ADDRESSES = { culvert: "fdcc::2", anchor: "fdcc::3", linux: "fdcc::4" } as const;
const RUN_TIMEOUT_MS = 120_000;
/** The engine's worker has a young generation of this size (three spaces), so have the processes that stand for it. */
export const YOUNG_GENERATION = `--max-semi-space-size=${ENGINE_HEAP.maxYoungGenerationSizeMb / 3}`;

export interface Figures {
  readonly connectMs?: number;
  readonly mbPerS?: number;
  /** User and system, of the whole process. */
  readonly cpuMs?: number;
  /** Sent or received, where they were counted. */
  readonly packets?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** One transfer: where the gateway is reached on 127.0.0.1, and how many bytes or round trips. */
export interface Transfer {
  readonly mode: "recv" | "send" | "echo";
  readonly endpointPort: number;
  readonly count: number;
}

export type Run = (transfer: Transfer) => Promise<Figures>;

export interface AnchorWorld {
  readonly gatewayPort: number;
  /** A job that fails rejects, as a transfer does. */
  culvert(job: ClientJob): Promise<ClientResult>;
  /** The same of another build, whose culvert-client.js this is; it lives as long as the world. */
  culvertOf(program: string): (job: ClientJob) => Promise<ClientResult>;
  readonly anchor: Run | undefined;
  readonly linux: Run | undefined;
  dispose(): Promise<void>;
}

export interface WorldOptions {
  /** The anchor's program, where there is one. */
  readonly anchor: string | undefined;
  /** A second wireguard-go for Linux's TCP at the client's side. */
  readonly linux: boolean;
}

export async function openWorld({ anchor, linux }: WorldOptions): Promise<AnchorWorld> {
  const opened: (() => void | Promise<void>)[] = [];
  const dispose = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const keys = { culvert: newKey(), anchor: newKey(), linux: newKey() };
    const names = ["culvert", "anchor", "linux"] as const;
    const gateway = await startWireguardGo({
      addresses: [`${SERVER}/64`],
      mtu: MTU,
      peers: names.map((name) => ({ publicKey: publicKeyOf(keys[name]), allowedIps: [`${ADDRESSES[name]}/128`] })),
    });
    opened.push(() => gateway.dispose());
    await plainTcp(gateway, Object.values(ADDRESSES));
    opened.push(await startServer(gateway));
    const setup: ClientSetup = {
      mtu: MTU,
      privateKey: base64(keys.culvert),
      address: ADDRESSES.culvert,
      gateway: base64(gateway.publicKey),
      server: SERVER,
    };
    const culvert = startCulvert(setup);
    opened.push(culvert.dispose);
    const second = linux ? await startSecond(gateway, keys.linux) : undefined;
    if (second !== undefined) opened.push(second.dispose);
    return {
      gatewayPort: gateway.port,
      culvert: culvert.run,
      culvertOf: (program) => {
        const other = startCulvert(setup, program);
        opened.push(other.dispose);
        return other.run;
      },
      anchor: anchor === undefined ? undefined : (transfer) => runAnchor(anchor, setup, base64(keys.anchor), transfer),
      linux: second?.run,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * CUBIC on these routes (a namespace may not make it its default where the machine's is another), and no memory of what
 * earlier connections found: each run starts alike.
 */
async function plainTcp(go: WireguardGo, remotes: readonly string[]): Promise<void> {
  await go.run("sysctl", ["-qw", "net.ipv4.tcp_no_metrics_save=1"]);
  for (const remote of remotes)
    await go.run("ip", ["-6", "route", "replace", remote, "dev", go.interfaceName, "congctl", "cubic"]);
}

function linuxBench(go: WireguardGo, args: readonly string[]): [string, string[]] {
  const [program = "", ...prefix] = go.commandPrefix;
  return [program, [...prefix, process.execPath, LINUX_BENCH, ...args]];
}

/** This file is built into dist/bench. */
const LINUX_BENCH = join(import.meta.dirname, "../../test/support/interop/linux-bench.cjs");

const CLIENT = join(import.meta.dirname, "culvert-client.js");

async function startServer(gateway: WireguardGo): Promise<() => void> {
  const child = spawn(...linuxBench(gateway, ["serve", SERVER]), { stdio: ["ignore", "pipe", "inherit"] });
  const end = (): void => void child.kill();
  process.once("exit", end);
  if (child.stdout !== null) await once(child.stdout, "data");
  return () => {
    process.off("exit", end);
    end();
  };
}

function startCulvert(
  setup: ClientSetup,
  program = CLIENT,
): { run(job: ClientJob): Promise<ClientResult>; dispose(): Promise<void> } {
  const profiles = process.env["CULVERT_BENCH_PROFILES"];
  const execArgv = profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`];
  const child = fork(program, {
    execArgv: ["--expose-gc", YOUNG_GENERATION, ...execArgv],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.send(setup);
  return {
    run: async (job) => {
      const answer = message(child);
      child.send(job);
      const result = (await answer) as ClientResult;
      if (result.failed !== undefined) throw new Error(result.failed);
      return result;
    },
    dispose: async () => {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

/** The child's next message; fails when it ends without one, or says nothing for too long. */
export async function message(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const timer = setTimeout(() => over.abort(), RUN_TIMEOUT_MS);
  try {
    const exited = once(child, "exit", { signal }).then(() => {
      throw new Error("the process ended in the middle of a run");
    });
    const [answer] = await Promise.race([once(child, "message", { signal }), exited]);
    return answer;
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

interface AnchorLine {
  readonly connect_ms: number;
  readonly mb_per_s?: number;
  readonly p50_ms?: number;
  readonly p99_ms?: number;
}

async function runAnchor(
  program: string,
  { address, gateway, server }: ClientSetup,
  privateKey: string,
  { mode, endpointPort, count }: Transfer,
): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), "culvert-anchor-"));
  const file = join(directory, "wg.conf");
  const lines = ["[Interface]", `PrivateKey = ${privateKey}`, `Address = ${address.replace(/2$/, "3")}/128`];
  lines.push("[Peer]", `PublicKey = ${gateway}`, `Endpoint = 127.0.0.1:${endpointPort}`, "AllowedIPs = ::/0", "");
  writeFileSync(file, lines.join("\n"), { mode: 0o600 });
  try {
    // Without the right to exceed net.core.rmem_max its socket's buffers are those that Culvert may have.
    const script = 'TIMEFORMAT="cpu %U %S"; time setpriv --bounding-set -net_admin "$@"';
    const to = ["-to", `[${server}]:${SERVER_PORTS[mode]}`, "-bytes", String(count)];
    const { stdout, stderr } = await run("bash", ["-c", script, "bash", program, "-conf", file, "-mode", mode, ...to]);
    const [, user = "0", system = "0"] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
    return { ...figuresOf(stdout), cpuMs: (Number(user) + Number(system)) * 1e3 };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function figuresOf(line: string): Figures {
  const { connect_ms, mb_per_s, p50_ms, p99_ms } = JSON.parse(line) as AnchorLine;
  return {
    connectMs: connect_ms,
    ...(mb_per_s === undefined ? {} : { mbPerS: mb_per_s }),
    ...(p50_ms === undefined ? {} : { p50Ms: p50_ms }),
    ...(p99_ms === undefined ? {} : { p99Ms: p99_ms }),
  };
}

async function startSecond(gateway: WireguardGo, privateKey: Uint8Array) {
  const peer = (port: number) => [
    { publicKey: gateway.publicKey, allowedIps: [`${SERVER}/128`], endpoint: `127.0.0.1:${port}` },
  ];
  const go = await startWireguardGo({
    privateKey,
    mtu: MTU,
    addresses: [`${ADDRESSES.linux}/128`],
    peers: peer(gateway.port),
  });
  await plainTcp(go, [SERVER]).catch(async (error: unknown) => {
    await go.dispose();
    throw error;
  });
  return {
    dispose: () => go.dispose(),
    run: async ({ mode, endpointPort, count }: Transfer): Promise<Figures> => {
      await go.setPeers(peer(endpointPort));
      const { stdout } = await run(...linuxBench(go, [mode, SERVER, String(count)]));
      return figuresOf(stdout);
    },
  };
}

function run(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: RUN_TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${program}: ${stderr.trim() || error.message}`));
    });
  });
}

function newKey(): Uint8Array {
  return clampPrivateKey(randomBytes(32));
}

function base64(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}
