import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import { format, median, quantile, type Row } from "./row.ts";
import { CLIENT_ADDRESS, MTU, PEER_ADDRESS, type PeerData, PORTS } from "./tunnel-peer.ts";

const ROUNDS = 5;
const BULK_BYTES = 24_000_000;
const ECHOES = 500;
const BARE_UDP_MS = 700;
/** An inner packet of 1,420 bytes sealed, and the TCP payload in it (IPv6, timestamps). */
const DATAGRAM_BYTES = MTU + 32;
const PAYLOAD_BYTES = MTU - 40 - 32;

/** Bulk and echo through a tunnel on loopback, both ends ours, each in a thread; bare UDP on loopback beside it. */
export async function benchTunnel(): Promise<Row[]> {
  const privateKey = clampPrivateKey(randomBytes(32));
  const peerKey = clampPrivateKey(randomBytes(32));
  const workerData: PeerData = { privateKey: peerKey, clientPublicKey: publicKeyOf(privateKey) };
  const worker = new Worker(new URL("./tunnel-peer.js", import.meta.url), { workerData });
  const [port] = (await once(worker, "message")) as [number];
  const peer = parseIp(PEER_ADDRESS) as IpAddress;
  const prefix = parsePrefix(`${PEER_ADDRESS}/128`);
  if (prefix === undefined) throw new Error("bad prefix");
  const tunnel = await Tunnel.open(
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
      peers: [{ publicKey: publicKeyOf(peerKey), endpoint: { host: "127.0.0.1", port }, allowedIps: [prefix] }],
    },
    { clock: systemClock, log: silentLog },
  );
  const { signal } = new AbortController();
  try {
    await tunnel.handshake(signal);
    const rounds: { receive: number; send: number; udp: number }[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      rounds.push({
        receive: await receiveRate(tunnel, peer, signal),
        send: await sendRate(tunnel, peer, signal),
        udp: await bareUdpRate(),
      });
    }
    const echo = await echoTimes(tunnel, peer, signal);
    const against = `bare UDP payload ${format(median(rounds.map(({ udp }) => udp)))} MB/s`;
    const row = (what: string, of: (round: (typeof rounds)[number]) => number): Row => ({
      what,
      value: median(rounds.map(of)),
      unit: "MB/s",
      against,
      ratio: median(rounds.map((round) => of(round) / round.udp)),
    });
    return [
      row("tunnel, bulk receive", ({ receive }) => receive),
      row("tunnel, bulk send", ({ send }) => send),
      { what: "tunnel, one-byte echo, median", value: median(echo), unit: "ms" },
      { what: "tunnel, one-byte echo, 99th percentile", value: quantile(echo, 0.99), unit: "ms" },
    ];
  } finally {
    tunnel.dispose();
    await worker.terminate();
  }
}

async function receiveRate(tunnel: Tunnel, peer: IpAddress, signal: AbortSignal): Promise<number> {
  const stream = await tunnel.connect([peer], PORTS.source, signal);
  const startedAt = performance.now();
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += (chunk as Uint8Array).length;
    if (bytes >= BULK_BYTES) break;
  }
  return bytes / 1e3 / (performance.now() - startedAt);
}

async function sendRate(tunnel: Tunnel, peer: IpAddress, signal: AbortSignal): Promise<number> {
  const stream = await tunnel.connect([peer], PORTS.sink, signal);
  const chunk = new Uint8Array(64 * 1024);
  const startedAt = performance.now();
  for (let bytes = 0; bytes < BULK_BYTES; bytes += chunk.length) if (!stream.write(chunk)) await once(stream, "drain");
  stream.end();
  // The sink answers our end with its own once it has read everything.
  stream.resume();
  await once(stream, "end");
  return BULK_BYTES / 1e3 / (performance.now() - startedAt);
}

async function echoTimes(tunnel: Tunnel, peer: IpAddress, signal: AbortSignal): Promise<number[]> {
  const stream = await tunnel.connect([peer], PORTS.echo, signal);
  const times: number[] = [];
  for (let i = 0; i < ECHOES; i++) {
    const startedAt = performance.now();
    stream.write(Uint8Array.of(42));
    await once(stream, "data");
    times.push(performance.now() - startedAt);
  }
  stream.destroy();
  return times;
}

/**
 * What one thread can push into a loopback socket that another drains, in datagrams of the tunnel's size, counted as the
 * TCP payload that such a datagram would carry: the ceiling of any tunnel in this process.
 */
async function bareUdpRate(): Promise<number> {
  const worker = new Worker(
    `const { createSocket } = require("node:dgram"); const { parentPort } = require("node:worker_threads");
     const s = createSocket("udp4"); let n = 0; s.on("message", (m) => { n += m.length; });
     s.bind(0, "127.0.0.1", () => { s.setRecvBufferSize(4 << 20); parentPort.postMessage(s.address().port); });
     parentPort.on("message", () => parentPort.postMessage(n));`,
    { eval: true },
  );
  const [port] = (await once(worker, "message")) as [number];
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  const datagram = new Uint8Array(DATAGRAM_BYTES);
  const startedAt = performance.now();
  while (performance.now() - startedAt < BARE_UDP_MS) {
    await new Promise<void>((resolve) => {
      let left = 64;
      for (let i = 0; i < 64; i++) socket.send(datagram, () => --left === 0 && resolve());
    });
  }
  const elapsed = performance.now() - startedAt;
  worker.postMessage("count");
  const [received] = (await once(worker, "message")) as [number];
  socket.close();
  await worker.terminate();
  return ((received / DATAGRAM_BYTES) * PAYLOAD_BYTES) / 1e3 / elapsed;
}
