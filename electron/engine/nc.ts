import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../base/clock.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { parseIp } from "../base/ip-address.ts";
import type { Log } from "../base/log.ts";
import { parseConfig, tunnelSpecOf } from "./backends/config-backend.ts";
import { Tunnel } from "./tunnel.ts";

export interface NcOptions {
  /** Text of a wg-quick file. */
  readonly configText: string;
  /** An address, or a name that the file's DNS server knows. */
  readonly host: string;
  readonly port: number;
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** What we sent last, FIN included, may still have to be sent again: how long to stay for it. */
const LINGER_MS = 5000;

/**
 * Joins two streams to a TCP connection through a tunnel of its own, as netcat does: the end of the input becomes a FIN,
 * the remote's FIN ends the output, and it returns once both directions have ended. Rejects with a CulvertError.
 */
export async function runNc({ configText, host, port, input, output, signal, clock, log }: NcOptions): Promise<void> {
  const spec = tunnelSpecOf(parseConfig(configText), { id: "nc", accountId: "nc", orgSlug: "nc" });
  const tunnel = await Tunnel.open(spec, { clock, log });
  try {
    // Asked for first, so that a silent gateway is not reported as a silent host behind it.
    await tunnel.handshake(signal, parseIp(host) ?? spec.dns[0]);
    const addresses = await tunnel.resolve(host, signal);
    const stream = await tunnel.connect(addresses, port, signal);
    const up = pipeline(input, stream, { signal, end: true });
    const down = pipeline(stream, output, { signal, end: false });
    // A terminal never ends by itself: there the remote's end is the end. Elsewhere half-close works both ways.
    const isInteractive = "isTTY" in input && input.isTTY === true;
    await (isInteractive ? Promise.race([down, up.then(() => down)]) : Promise.all([up, down]));
    up.catch(() => undefined);
    await tunnel.drained(signal, LINGER_MS);
  } catch (error) {
    throw signal.aborted ? new CulvertError("cancelled") : asCulvertError(error);
  } finally {
    tunnel.dispose();
  }
}
