import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CulvertError } from "../base/errors.ts";
import { type IpAddress, parseIp } from "../base/ip-address.ts";
import type { TcpStream } from "../netstack/tcp-stream.ts";
import { type OwnTunnelOptions, withOwnTunnel } from "./own-tunnel.ts";

export interface NcOptions extends OwnTunnelOptions {
  /** An address, or a name that the file's DNS server knows. */
  readonly host: string;
  readonly port: number;
  readonly input: Readable;
  readonly output: Writable;
  /** The gateway of the host is called in vain, or (undefined) answers again. */
  onSilence?(gateway: string | undefined): void;
}

/** What we sent last, FIN included, may still have to be sent again: how long to stay for it. */
const LINGER_MS = 5000;

/**
 * Joins two streams to a TCP connection through a tunnel of its own, as netcat does: the end of the input becomes a FIN,
 * the remote's FIN ends the output, and it returns once both directions have ended. Rejects with a CulvertError.
 */
export async function runNc(options: NcOptions): Promise<void> {
  const { host, port, signal, onSilence } = options;
  let look = (): void => undefined;
  const watched: OwnTunnelOptions = { ...options, onGateway: () => look() };
  await withOwnTunnel(watched, host, async (tunnel) => {
    const addresses = await tunnel.resolve(host, signal);
    let silent: string | undefined;
    look = () => {
      const before = silent;
      silent = addresses.flatMap((address) => tunnel.silentGateway(address) ?? [])[0];
      if ((silent === undefined) !== (before === undefined)) onSilence?.(silent);
    };
    try {
      await join(await tunnel.connect(addresses, port, signal), options);
    } catch (error) {
      throw withPlace(error, host, addresses, port);
    }
    await tunnel.drained(signal, LINGER_MS);
  });
}

async function join(stream: TcpStream, { input, output, signal }: NcOptions): Promise<void> {
  const up = pipeline(input, stream, { signal, end: true });
  const down = pipeline(stream, output, { signal, end: false });
  // A terminal never ends by itself: there the remote's end is the end. Elsewhere half-close works both ways.
  const isInteractive = "isTTY" in input && input.isTTY === true;
  await (isInteractive ? Promise.race([down, up.then(() => down)]) : Promise.all([up, down]));
  up.catch(() => undefined);
}

/** What the other side, or the way to it, did: whose port it was is the half that a line in a log needs. */
const OF_A_PLACE = new Set(["connection-refused", "connection-reset", "connection-timeout", "host-unreachable"]);
const MOST_NAMED = 3;

/** Exported for its tests. */
export function withPlace(error: unknown, host: string, addresses: readonly IpAddress[], port: number): unknown {
  if (!(error instanceof CulvertError) || !OF_A_PLACE.has(error.code)) return error;
  const named = addresses.slice(0, MOST_NAMED).map(({ text }) => text);
  const more = addresses.length > MOST_NAMED ? ` and ${addresses.length - MOST_NAMED} more` : "";
  const isLiteral = parseIp(host.replace(/^\[(.*)\]$/, "$1")) !== undefined;
  const place = isLiteral ? `${named[0]}` : `${host} (${named.join(", ")}${more})`;
  const detail = error.detail === undefined || named.includes(error.detail) ? "" : `, ${error.detail}`;
  return new CulvertError(error.code, `${place} port ${port}${detail}`, { cause: error });
}
