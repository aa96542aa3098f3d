import { fork } from "node:child_process";
import { once } from "node:events";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import { echoTimes } from "./echo.ts";
import { median, quantile, type Row } from "./row.ts";
import { CLIENT_ADDRESS, MTU, PAYLOAD_BYTES, PEER_ADDRESS, PORTS } from "./tunnel-world.ts";

const ROUNDS = 5;
const WARM_UPS = 2;
const BULK_BYTES = 48_000_000;
const ECHOES = 500;

/** What a transfer took: payload in MB/s, and the processor's time for each data packet, all threads of this process. */
interface Cost {
  readonly rate: number;
  readonly cpuUs: number;
}

interface Round {
  readonly receive: Cost;
  readonly send: Cost;
}

/** Bulk and echo through a tunnel on loopback, both ends ours, each a process. What bare UDP costs is in the bulk bench. */
export async function benchTunnel(): Promise<Row[]> {
  const privateKey = clampPrivateKey(randomBytes(32));
  const peerKey = clampPrivateKey(randomBytes(32));
  const child = fork(new URL("./tunnel-peer.js", import.meta.url));
  child.send([peerKey, publicKeyOf(privateKey)].map((key) => Buffer.from(key).toString("base64")));
  const [port] = (await once(child, "message")) as [number];
  const peer = parseIp(PEER_ADDRESS) as IpAddress;
  const tunnel = await openTunnel(privateKey, publicKeyOf(peerKey), port);
  const { signal } = new AbortController();
  try {
    await tunnel.handshake(signal);
    const rounds: Round[] = [];
    for (let i = -WARM_UPS; i < ROUNDS; i++) {
      const receive = await costOf(BULK_BYTES, () => receiveBulk(tunnel, peer, signal));
      const send = await costOf(BULK_BYTES, () => sendBulk(tunnel, peer, signal));
      if (i >= 0) rounds.push({ receive, send });
    }
    const stream = await tunnel.connect([peer], PORTS.echo, signal);
    const echo = await echoTimes(stream, ECHOES);
    stream.destroy();
    return [
      ...rowsOf(
        "receive",
        rounds.map(({ receive }) => receive),
      ),
      ...rowsOf(
        "send",
        rounds.map(({ send }) => send),
      ),
      { what: "tunnel, one-byte echo, median", value: median(echo), unit: "ms" },
      { what: "tunnel, one-byte echo, 99th percentile", value: quantile(echo, 0.99), unit: "ms" },
    ];
  } finally {
    tunnel.dispose();
    child.disconnect();
  }
}

function openTunnel(privateKey: Uint8Array, publicKey: Uint8Array, port: number): Promise<Tunnel> {
  const prefix = parsePrefix(`${PEER_ADDRESS}/128`);
  if (prefix === undefined) throw new Error("bad prefix");
  return Tunnel.open(
    {
      id: "bench",
      accountId: "bench",
      orgSlug: "bench",
      network: null,
      region: null,
      privateKey,
      addresses: [parseIp(CLIENT_ADDRESS) as IpAddress],
      dns: [],
      searchDomains: [],
      mtu: MTU,
      peers: [{ publicKey, endpoint: { host: "127.0.0.1", port }, allowedIps: [prefix] }],
    },
    { clock: systemClock, log: silentLog },
  );
}

function rowsOf(what: string, costs: readonly Cost[]): Row[] {
  const value = (of: (cost: Cost) => number): number => median(costs.map(of));
  return [
    { what: `tunnel, bulk ${what}`, value: value(({ rate }) => rate), unit: "MB/s" },
    { what: `tunnel, bulk ${what}, processor time per packet`, value: value(({ cpuUs }) => cpuUs), unit: "µs" },
  ];
}

async function costOf(bytes: number, transfer: () => Promise<void>): Promise<Cost> {
  const [startedAt, cpuBefore] = [performance.now(), cpuUs()];
  await transfer();
  const cpu = cpuUs() - cpuBefore;
  return { rate: bytes / 1e3 / (performance.now() - startedAt), cpuUs: cpu / (bytes / PAYLOAD_BYTES) };
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function receiveBulk(tunnel: Tunnel, peer: IpAddress, signal: AbortSignal): Promise<void> {
  const stream = await tunnel.connect([peer], PORTS.source, signal);
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Uint8Array).length;
    if (bytes >= BULK_BYTES) break;
  }
}

async function sendBulk(tunnel: Tunnel, peer: IpAddress, signal: AbortSignal): Promise<void> {
  const stream = await tunnel.connect([peer], PORTS.sink, signal);
  const chunk = new Uint8Array(64 * 1024);
  for (let bytes = 0; bytes < BULK_BYTES; bytes += chunk.length) if (!stream.write(chunk)) await once(stream, "drain");
  stream.end();
  // The sink answers our end with its own once it has read everything.
  stream.resume();
  await once(stream, "end");
}
