import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type OwnTunnelOptions, withOwnTunnel } from "./own-tunnel.ts";

export interface NcOptions extends OwnTunnelOptions {
  /** An address, or a name that the file's DNS server knows. */
  readonly host: string;
  readonly port: number;
  readonly input: Readable;
  readonly output: Writable;
}

/** What we sent last, FIN included, may still have to be sent again: how long to stay for it. */
const LINGER_MS = 5000;

/**
 * Joins two streams to a TCP connection through a tunnel of its own, as netcat does: the end of the input becomes a FIN,
 * the remote's FIN ends the output, and it returns once both directions have ended. Rejects with a CulvertError.
 */
export async function runNc(options: NcOptions): Promise<void> {
  const { host, port, input, output, signal } = options;
  await withOwnTunnel(options, host, async (tunnel) => {
    const addresses = await tunnel.resolve(host, signal);
    const stream = await tunnel.connect(addresses, port, signal);
    const up = pipeline(input, stream, { signal, end: true });
    const down = pipeline(stream, output, { signal, end: false });
    // A terminal never ends by itself: there the remote's end is the end. Elsewhere half-close works both ways.
    const isInteractive = "isTTY" in input && input.isTTY === true;
    await (isInteractive ? Promise.race([down, up.then(() => down)]) : Promise.all([up, down]));
    up.catch(() => undefined);
    await tunnel.drained(signal, LINGER_MS);
  });
}
