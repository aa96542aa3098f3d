/** Our stack and Linux behind wireguard-go, joined by the relay, and bulk data of one fixed stream between their TCPs. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "../../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../../electron/base/ip-address.ts";
import { connectStream, TcpStream } from "../../../electron/netstack/tcp-stream.ts";
import { seed } from "../seed.ts";
import { type LiveStack, openLiveStack } from "./live-stack.ts";
import { type Relay, type RelayOptions, startRelay } from "./relay.ts";
import { startWireguardGo, type WireguardGo } from "./wireguard-go.ts";

const LINUX_TCP = fileURLToPath(new URL("./linux-tcp.cjs", import.meta.url));
const peerModule: {
  stream(mib: number, key: number): Iterable<Buffer>;
  digest(readable: Readable): Promise<string>;
  serve(socket: Duplex): Promise<void>;
} = createRequire(import.meta.url)(LINUX_TCP);

const PORT = 7000;
const LINUX = { 4: "10.78.0.1", 6: "fd78::1" } as const;
const OURS = { 4: "10.78.0.2", 6: "fd78::2" } as const;
const CONNECT_TIMEOUT_MS = 60_000;

export interface TransferWorldOptions {
  /** Who sends the first handshake message, and connects. */
  readonly weInitiate: boolean;
  readonly mtu?: number;
  readonly path: Partial<Omit<RelayOptions, "seed">>;
}

export interface TransferWorld {
  readonly go: WireguardGo;
  readonly us: LiveStack;
  readonly relay: Relay;
  /** A connection of ours to Linux's server (linux-tcp.cjs); an error where it is they who connect. */
  connect(family: 4 | 6, port?: number): Promise<TcpStream>;
  /** Sends so many MiB to Linux; the SHA-256 that it saw. */
  upload(family: 4 | 6, mib: number): Promise<string>;
  /** Gets so many MiB from Linux; the SHA-256 that we saw. */
  download(family: 4 | 6, mib: number): Promise<string>;
  dispose(): Promise<void>;
}

/** The SHA-256 of what every transfer of that size carries. */
export function expectedDigest(mib: number): string {
  const hash = createHash("sha256");
  for (const chunk of peerModule.stream(mib, 1)) hash.update(chunk);
  return hash.digest("hex");
}

export async function createTransferWorld({ weInitiate, mtu, path }: TransferWorldOptions): Promise<TransferWorld> {
  const open: (() => void | Promise<void>)[] = [];
  const dispose = async (): Promise<void> => {
    for (const close of open.splice(0).reverse()) await close();
  };
  try {
    const size = mtu === undefined ? {} : { mtu };
    const us = await openLiveStack({ privateKey: randomBytes(32), addresses: [OURS[6], OURS[4]], ...size });
    open.push(() => us.dispose());
    const theirPort = 20_000 + (randomBytes(2).readUInt16BE() % 20_000);
    const relay = await startRelay({ seed: seed(), leftPeerPort: us.port, rightPeerPort: theirPort, ...path });
    open.push(() => relay.dispose());
    const allowedIps = [`${OURS[4]}/32`, `${OURS[6]}/128`];
    const endpoint = weInitiate ? {} : { endpoint: `127.0.0.1:${relay.rightPort}` };
    const go = await startWireguardGo({
      addresses: [`${LINUX[4]}/24`, `${LINUX[6]}/64`],
      listenPort: theirPort,
      peers: [{ publicKey: us.device.publicKey, allowedIps, ...endpoint }],
      ...size,
    });
    open.push(() => go.dispose());
    const endpointPort = weInitiate ? { endpointPort: relay.leftPort } : {};
    us.addPeer({ publicKey: go.publicKey, allowedIps: ["10.78.0.0/24", "fd78::/64"], ...endpointPort });
    const jobs = weInitiate ? await weConnect(us, go, open) : theyConnect(us, go, open);
    return { go, us, relay, ...jobs, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

type Jobs = Pick<TransferWorld, "connect" | "upload" | "download">;
type Open = (() => void | Promise<void>)[];

async function weConnect(us: LiveStack, go: WireguardGo, open: Open): Promise<Jobs> {
  // "::" hears IPv4 as well.
  const [program = "", ...args] = [...go.commandPrefix, process.execPath, LINUX_TCP, "serve", "::", String(PORT)];
  const child: ChildProcess = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  open.push(() => void child.kill());
  if (child.stdout !== null) await once(child.stdout, "data");
  const connect = async (family: 4 | 6, port = PORT): Promise<TcpStream> => {
    const remote = parseIp(LINUX[family]) as IpAddress;
    return await connectStream(us.stack, clockOf(us), { remote, port, timeoutMs: CONNECT_TIMEOUT_MS });
  };
  return {
    connect,
    upload: async (family, mib) => {
      const stream = await connect(family);
      stream.write(head("u", mib));
      const sent = pipeline(Readable.from(peerModule.stream(mib, 1)), stream);
      let answer = "";
      for await (const chunk of stream) answer += String(chunk);
      await sent.catch(() => undefined);
      return answer;
    },
    download: async (family, mib) => {
      const stream = await connect(family);
      stream.end(head("d", mib));
      return await peerModule.digest(stream);
    },
  };
}

function theyConnect(us: LiveStack, go: WireguardGo, open: Open): Jobs {
  us.stack.listenTcp({ port: PORT }, (connection) => {
    const stream = new TcpStream(connection, clockOf(us));
    void peerModule.serve(stream).catch(() => stream.destroy());
  });
  const run = (job: "upload" | "download", family: 4 | 6, mib: number): Promise<string> => {
    const [program = "", ...prefix] = go.commandPrefix;
    const args = [...prefix, process.execPath, LINUX_TCP, job, OURS[family], String(PORT), String(mib)];
    return new Promise((resolve, reject) => {
      const child = execFile(program, args, (error, stdout) =>
        error === null ? resolve(stdout.trim()) : reject(error),
      );
      open.push(() => void child.kill());
    });
  };
  // Their download is our sending: named by the way of the data as seen from us.
  return {
    connect: () => Promise.reject(new Error("here it is they who connect")),
    upload: (family, mib) => run("download", family, mib),
    download: (family, mib) => run("upload", family, mib),
  };
}

/** The stack's time, which a test may have moved. */
function clockOf(us: LiveStack): Clock {
  return { now: () => us.now(), wall: () => systemClock.wall() };
}

function head(job: "u" | "d", mib: number): string {
  return `${job}${String(mib).padStart(8, "0")}`;
}
