import { once } from "node:events";
import { join } from "node:path";
import { systemClock } from "../../electron/base/clock.ts";
import { parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import type { TcpStream } from "../../electron/netstack/tcp-stream.ts";
import type { ClientJob, ClientResult, ClientSetup } from "./client-job.ts";
import { idle, unread } from "./client-memory.ts";
import { echoTimes } from "./echo.ts";

/** Culvert in a process of its own, as the engine's worker runs it: one tunnel for each job that the bench sends. */

const CHUNK = new Uint8Array(256 * 1024);
/** A folder for a capture of each job, to look into with tshark. */
const CAPTURES = process.env["CULVERT_BENCH_CAPTURES"];
const CAPTURE_BYTES = 64 * 1024 * 1024;
let captures = 0;

async function openTunnel({ mtu, privateKey, address, gateway }: ClientSetup, port: number): Promise<Tunnel> {
  const prefix = parsePrefix("::/0");
  const own = parseIp(address);
  if (prefix === undefined || own === undefined) throw new Error(`bad address ${address}`);
  return await Tunnel.open(
    {
      id: "bench",
      accountId: "bench",
      orgSlug: "bench",
      network: null,
      region: null,
      privateKey: Buffer.from(privateKey, "base64"),
      addresses: [own],
      dns: [],
      searchDomains: [],
      mtu,
      peers: [
        { publicKey: Buffer.from(gateway, "base64"), endpoint: { host: "127.0.0.1", port }, allowedIps: [prefix] },
      ],
    },
    { clock: systemClock, log: silentLog },
  );
}

/** A stream that is left behind when the tunnel closes says so; that is no failure. */
async function connect(tunnel: Tunnel, setup: ClientSetup, port: number): Promise<TcpStream> {
  const server = parseIp(setup.server);
  if (server === undefined) throw new Error(`bad address ${setup.server}`);
  const stream = await tunnel.connect([server], port, new AbortController().signal);
  return stream.on("error", () => undefined);
}

async function receive(stream: TcpStream, bytes: number): Promise<void> {
  let got = 0;
  await new Promise<void>((resolve, reject) => {
    const ended = (): void => reject(new Error(`the stream ended after ${got} bytes`));
    stream.once("end", ended).on("data", (chunk: Uint8Array) => {
      got += chunk.length;
      if (got < bytes) return;
      stream.pause().off("end", ended);
      resolve();
    });
  });
}

async function send(stream: TcpStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (!stream.write(CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent)))) await once(stream, "drain");
  }
  stream.end();
  // The sink answers our end with its own once it has read everything.
  stream.resume();
  await once(stream, "end");
}

/** The anchor's median and 99th percentile are at these places of its sorted times; so are ours. */
function percentile(times: readonly number[], percent: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length * percent) / 100)] ?? Number.NaN;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

async function work(setup: ClientSetup, job: ClientJob): Promise<ClientResult> {
  const cpu = cpuMs();
  const startedAt = performance.now();
  const tunnel = await openTunnel(setup, job.endpointPort);
  if (CAPTURES !== undefined) {
    const file = join(CAPTURES, `${job.kind}-${++captures}.pcapng`);
    await tunnel.capture.start({ to: { file }, limitBytes: CAPTURE_BYTES });
  }
  try {
    const open = (): Promise<TcpStream> => connect(tunnel, setup, job.port);
    if (job.kind === "idle") return await idle(open, job.count);
    if (job.kind === "unread") return await unread(open);
    const stream = await open();
    const beganAt = performance.now();
    const coldMs = beganAt - startedAt;
    if (job.kind === "echo") {
      const times = await echoTimes(stream, job.count);
      stream.destroy();
      return { connectMs: coldMs, p50Ms: percentile(times, 50), p99Ms: percentile(times, 99), cpuMs: cpuMs() - cpu };
    }
    if (job.kind === "connect") {
      const warmMs: number[] = [];
      for (let i = 0; i < job.count; i++) {
        const at = performance.now();
        const warm = await open();
        warmMs.push(performance.now() - at);
        warm.destroy();
      }
      return { connectMs: coldMs, warmMs, cpuMs: cpuMs() - cpu };
    }
    await (job.kind === "recv" ? receive(stream, job.count) : send(stream, job.count));
    const mbPerS = job.count / 1e3 / (performance.now() - beganAt);
    const { rttMs, congestionWindow, retransmits, timeouts, segmentsIn, segmentsOut } = stream.stats;
    const detail = { rttMs, congestionWindow, retransmits, timeouts, segmentsIn, segmentsOut };
    stream.destroy();
    return { connectMs: coldMs, mbPerS, cpuMs: cpuMs() - cpu, detail };
  } finally {
    await tunnel.capture.stop();
    tunnel.dispose();
  }
}

let setup: ClientSetup | undefined;
process.on("message", (message: ClientSetup | ClientJob) => {
  if ("gateway" in message) {
    setup = message;
    return;
  }
  if (setup === undefined) throw new Error("a job before the setup");
  work(setup, message)
    .catch((error: unknown): ClientResult => ({ failed: String(error) }))
    .then((result) => process.send?.(result));
});
// A profile (--cpu-prof) is written by an orderly exit only.
process.on("disconnect", () => process.exit(0));
