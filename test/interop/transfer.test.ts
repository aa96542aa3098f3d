import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp } from "../../electron/base/ip-address.ts";
import { connectStream, TcpStream } from "../../electron/netstack/tcp-stream.ts";
import { type LiveStack, openLiveStack } from "../support/interop/live-stack.ts";
import { type Relay, startRelay } from "../support/interop/relay.ts";
import { startWireguardGo, type WireguardGo, wireguardGoMissing } from "../support/interop/wireguard-go.ts";
import { seed } from "../support/seed.ts";

/** Bulk data between our stack and Linux's TCP behind wireguard-go, through a bad path, while keys change. */

const missing = wireguardGoMissing();
if (missing !== undefined) process.stdout.write(`skipped: ${missing}\n`);

const LINUX_TCP = fileURLToPath(new URL("../support/interop/linux-tcp.cjs", import.meta.url));
const peerModule: {
  stream(mib: number, key: number): Iterable<Buffer>;
  digest(readable: Readable): Promise<string>;
  serve(socket: Duplex): Promise<void>;
} = createRequire(import.meta.url)(LINUX_TCP);

/** CULVERT_TRANSFER_MIB shortens it for a first look. */
const MIB = Number(process.env["CULVERT_TRANSFER_MIB"] ?? 64);
const PORT = 7000;
/** There and back: 30 ms. */
const PATH = { delayMs: 15, loss: 0.01, reorder: 0.02, duplicate: 0.01 };
const LINUX = { v4: "10.78.0.1", v6: "fd78::1" };
const OURS = { v4: "10.78.0.2", v6: "fd78::2" };
const REJECT_AFTER_TIME_MS = 180_000;
const REKEY_AFTER_TIME_MS = 120_000;

const open: (() => void | Promise<void>)[] = [];

// The two worlds run at the same time, to save the time that the path costs.
afterAll(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface World {
  readonly go: WireguardGo;
  readonly us: LiveStack;
  readonly relay: Relay;
}

async function createWorld(weInitiate: boolean): Promise<World> {
  const us = await openLiveStack({ privateKey: randomBytes(32), addresses: [OURS.v6, OURS.v4] });
  open.push(() => us.dispose());
  const theirPort = 20_000 + (randomBytes(2).readUInt16BE() % 20_000);
  const relay = await startRelay({ seed: seed(), leftPeerPort: us.port, rightPeerPort: theirPort, ...PATH });
  open.push(() => relay.dispose());
  const go = await startWireguardGo({
    addresses: [`${LINUX.v4}/24`, `${LINUX.v6}/64`],
    listenPort: theirPort,
    peers: [
      {
        publicKey: us.device.publicKey,
        allowedIps: [`${OURS.v4}/32`, `${OURS.v6}/128`],
        ...(weInitiate ? {} : { endpoint: `127.0.0.1:${relay.rightPort}` }),
      },
    ],
  });
  open.push(() => go.dispose());
  us.addPeer({
    publicKey: go.publicKey,
    allowedIps: ["10.78.0.0/24", "fd78::/64"],
    ...(weInitiate ? { endpointPort: relay.leftPort } : {}),
  });
  return { go, us, relay };
}

async function startLinuxServer(go: WireguardGo, address: string): Promise<void> {
  const [program = "", ...args] = [...go.commandPrefix, process.execPath, LINUX_TCP, "serve", address, String(PORT)];
  const child: ChildProcess = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  open.push(() => void child.kill());
  if (child.stdout !== null) await once(child.stdout, "data");
}

function runLinuxClient(go: WireguardGo, job: "upload" | "download", address: string): Promise<string> {
  const [program = "", ...args] = [...go.commandPrefix, process.execPath, LINUX_TCP, job, address];
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args, String(PORT), String(MIB)], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
    open.push(() => void child.kill());
  });
}

function expectedDigest(): string {
  const hash = createHash("sha256");
  for (const chunk of peerModule.stream(MIB, 1)) hash.update(chunk);
  return hash.digest("hex");
}

function connectTo(us: LiveStack, address: string): Promise<TcpStream> {
  return connectStream(us.stack, systemClock, { remote: parseIp(address) as IpAddress, port: PORT, timeoutMs: 60_000 });
}

async function upload(us: LiveStack, address: string): Promise<string> {
  const stream = await connectTo(us, address);
  stream.write(`u${String(MIB).padStart(8, "0")}`);
  const sent = pipeline(Readable.from(peerModule.stream(MIB, 1)), stream);
  let answer = "";
  for await (const chunk of stream) answer += String(chunk);
  await sent.catch(() => undefined);
  return answer;
}

async function download(us: LiveStack, address: string): Promise<string> {
  const stream = await connectTo(us, address);
  stream.end(`d${String(MIB).padStart(8, "0")}`);
  return await peerModule.digest(stream);
}

/** Lets time pass for the keys twice while `work` goes on: each time the session must be renewed under the data. */
async function throughTwoRekeys<T>(us: LiveStack, ageMs: number, work: Promise<T>): Promise<T> {
  const count = (): number => us.events.filter(({ kind }) => kind === "handshake-complete").length;
  let over = false;
  const end = (): void => {
    over = true;
  };
  work.then(end, end);
  for (let rekey = 0; rekey < 2; rekey++) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = count();
    us.ageKeys(ageMs + 1000);
    while (count() === before && !over) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(count(), "the transfer was over before the key was renewed").toBeGreaterThan(before);
  }
  return await work;
}

describe
  .skipIf(missing !== undefined)
  .concurrent(`${MIB} MiB through 30 ms, 1 % loss, 2 % reordering, 1 % duplicates`, () => {
    test("we initiate and connect, IPv6: both directions at once, across two rekeys", async () => {
      const { go, us, relay } = await createWorld(true);
      await startLinuxServer(go, LINUX.v6);
      const [up, down] = await throughTwoRekeys(
        us,
        REKEY_AFTER_TIME_MS,
        Promise.all([upload(us, LINUX.v6), download(us, LINUX.v6)]),
      );
      expect([up, down]).toEqual([expectedDigest(), expectedDigest()]);
      const { toRight, toLeft } = await relay.stats();
      expect(Math.min(toRight.lost, toLeft.lost, toRight.reordered, toLeft.duplicated)).toBeGreaterThan(0);
    });

    test("they initiate and connect, IPv4: both directions at once, across two rekeys", async () => {
      const { go, us } = await createWorld(false);
      us.stack.listenTcp({ port: PORT }, (connection) => {
        const stream = new TcpStream(connection, systemClock);
        void peerModule.serve(stream).catch(() => stream.destroy());
      });
      const work = Promise.all([runLinuxClient(go, "upload", OURS.v4), runLinuxClient(go, "download", OURS.v4)]);
      // A responder does not renew by age alone (W22); its peer does on hearing nothing, once we no longer take its key.
      const [up, down] = await throughTwoRekeys(us, REJECT_AFTER_TIME_MS, work);
      expect([up, down]).toEqual([expectedDigest(), expectedDigest()]);
    });
  });
