import { type ChildProcess, fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import type { BareUdpCount } from "./bare-udp-peer.ts";
import { echoTimes } from "./echo.ts";
import { format, median, quantile, type Row } from "./row.ts";
import { CLIENT_ADDRESS, DATAGRAM_BYTES, MTU, PAYLOAD_BYTES, PEER_ADDRESS, PORTS } from "./tunnel-world.ts";

const ROUNDS = 5;
const BULK_BYTES = 48_000_000;
const ECHOES = 500;
const BARE_UDP_MS = 700;
const BARE_UDP_BURST = 32;

/** What a transfer took: payload in MB/s, and the processor's time for each data packet, all threads of this process. */
interface Cost {
  readonly rate: number;
  readonly cpuUs: number;
}

interface Round {
  readonly receive: Cost;
  readonly send: Cost;
  readonly udpReceive: Cost;
  readonly udpSend: Cost;
}

/** Bulk and echo through a tunnel on loopback, both ends ours, each a process; bare UDP on loopback beside it. */
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
    for (let i = 0; i < ROUNDS; i++) {
      const receive = await costOf(BULK_BYTES, () => receiveBulk(tunnel, peer, signal));
      const send = await costOf(BULK_BYTES, () => sendBulk(tunnel, peer, signal));
      rounds.push({ receive, send, ...(await bareUdp()) });
    }
    const stream = await tunnel.connect([peer], PORTS.echo, signal);
    const echo = await echoTimes(stream, ECHOES);
    stream.destroy();
    return [
      ...rowsOf("receive", rounds, ({ receive, udpReceive }) => [receive, udpReceive]),
      ...rowsOf("send", rounds, ({ send, udpSend }) => [send, udpSend]),
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

function rowsOf(what: string, rounds: Round[], of: (round: Round) => [Cost, Cost]): Row[] {
  const costs = rounds.map(of);
  const udpRate = median(costs.map(([, udp]) => udp.rate));
  const udpCpu = median(costs.map(([, udp]) => udp.cpuUs));
  return [
    {
      what: `tunnel, bulk ${what}`,
      value: median(costs.map(([tunnel]) => tunnel.rate)),
      unit: "MB/s",
      against: `bare UDP payload ${format(udpRate)} MB/s`,
      ratio: median(costs.map(([tunnel, udp]) => tunnel.rate / udp.rate)),
    },
    {
      what: `tunnel, bulk ${what}, processor time per packet`,
      value: median(costs.map(([tunnel]) => tunnel.cpuUs)),
      unit: "µs",
      against: `bare UDP ${format(udpCpu)} µs`,
      ratio: median(costs.map(([tunnel, udp]) => tunnel.cpuUs / udp.cpuUs)),
    },
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

/**
 * What one process can push into a loopback socket that another drains, in datagrams of the tunnel's size, counted as the
 * TCP payload that such a datagram would carry: the ceiling of any tunnel in this process.
 */
async function bareUdp(): Promise<{ udpReceive: Cost; udpSend: Cost }> {
  const child = fork(new URL("./bare-udp-peer.js", import.meta.url));
  const [before] = (await once(child, "message")) as [BareUdpCount];
  const socket = createSocket("udp4");
  socket.connect(before.port, "127.0.0.1");
  await once(socket, "connect");
  const datagram = new Uint8Array(DATAGRAM_BYTES);
  let sent = 0;
  const [startedAt, cpuBefore] = [performance.now(), cpuUs()];
  while (performance.now() - startedAt < BARE_UDP_MS) {
    for (let i = 0; i < BARE_UDP_BURST; i++) socket.send(datagram);
    sent += BARE_UDP_BURST;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [elapsed, cpu] = [performance.now() - startedAt, cpuUs() - cpuBefore];
  const after = await count(child);
  socket.close();
  child.disconnect();
  const received = after.datagrams - before.datagrams;
  const rate = (datagrams: number): number => (datagrams * PAYLOAD_BYTES) / 1e3 / elapsed;
  return {
    udpReceive: { rate: rate(received), cpuUs: (after.cpuUs - before.cpuUs) / received },
    udpSend: { rate: rate(sent), cpuUs: cpu / sent },
  };
}

async function count(child: ChildProcess): Promise<BareUdpCount> {
  child.send("count");
  const [counted] = (await once(child, "message")) as [BareUdpCount];
  return counted;
}
