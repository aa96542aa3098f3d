import { once } from "node:events";
import type { TcpStream } from "../../electron/netstack/tcp-stream.ts";
import type { ClientResult } from "./client-job.ts";

/** What connections cost, measured inside the process that has them. Needs --expose-gc. */

/** Each way, before a connection falls idle. */
const TRAFFIC = new Uint8Array(16 * 1024);
const AT_ONCE = 20;
/** Opened and closed before anything is counted: compiled code and pools are there already. */
const WARM_UP = 100;
const SETTLE_MS = 1_500;
const UNREAD_MS = 2_000;

interface Memory {
  readonly held: number;
  readonly resident: number;
}

/** Opens so many connections, lets each echo something, and leaves them. */
export async function idle(open: () => Promise<TcpStream>, count: number): Promise<ClientResult> {
  const warm = await openAll(open, WARM_UP);
  for (const stream of warm.splice(0)) stream.destroy();
  const before = await settled();
  const streams = await openAll(open, count);
  const after = await settled();
  const alive = streams.filter((stream) => !stream.destroyed).length;
  if (alive < count) throw new Error(`${count - alive} of ${count} connections did not last`);
  return { heldBytes: after.held - before.held, residentBytes: after.resident - before.resident };
}

/** A connection to a server that sends for ever, and nobody reads. */
export async function unread(open: () => Promise<TcpStream>): Promise<ClientResult> {
  // The tunnel's own beginning is no connection's.
  (await open()).destroy();
  const before = await settled();
  const stream = await open();
  // Asks for data once, so that the stream fills its own buffer too.
  stream.once("readable", () => undefined);
  await pause(UNREAD_MS);
  const after = await settled();
  const bufferedBytes = stream.readableLength + stream.connection.readableLength;
  stream.destroy();
  return { heldBytes: after.held - before.held, residentBytes: after.resident - before.resident, bufferedBytes };
}

async function openAll(open: () => Promise<TcpStream>, count: number): Promise<TcpStream[]> {
  const streams: TcpStream[] = [];
  while (streams.length < count) {
    const some = Math.min(AT_ONCE, count - streams.length);
    const opened = await Promise.all(Array.from({ length: some }, () => open()));
    await Promise.all(opened.map(echo));
    streams.push(...opened);
  }
  return streams;
}

async function echo(stream: TcpStream): Promise<void> {
  let left = TRAFFIC.length;
  stream.write(TRAFFIC);
  while (left > 0) {
    const [chunk] = (await once(stream, "data")) as [Uint8Array];
    left -= chunk.length;
  }
}

async function settled(): Promise<Memory> {
  await pause(SETTLE_MS);
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await pause(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, resident: rss };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
