import type { Capture } from "../../shared/models.ts";
import type { Clock } from "../base/clock.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { parseIp } from "../base/ip-address.ts";
import type { Log } from "../base/log.ts";
import { parseConfig, tunnelSpecOf } from "./backends/config-backend.ts";
import type { CarrierChoice } from "./carriers/carrier.ts";
import { Tunnel } from "./tunnel.ts";
import type { TunnelSpec } from "./tunnel-spec.ts";

export interface OwnTunnelOptions {
  /** Text of a wg-quick file. */
  readonly configText: string;
  /** A file to write what passes inside of the tunnel to; it must not be there yet. */
  readonly captureFile?: string;
  /** What became of the capture, once its file is whole. */
  onCaptured?(capture: Capture): void;
  readonly captureLimitBytes: number;
  /** "auto" and "websocket" also ask a gateway of which nothing is known; only UDP is used with one when left out. */
  readonly carrier?: CarrierChoice;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * For one command: opens a tunnel, waits until the gateway of `host` (an address, or a name that the tunnel's DNS server
 * knows) answers, does the work and closes the tunnel. Rejects with a CulvertError.
 */
export async function withOwnTunnel<T>(
  options: OwnTunnelOptions,
  host: string,
  work: (tunnel: Tunnel) => Promise<T>,
): Promise<T> {
  const { configText, carrier, captureFile, captureLimitBytes, onCaptured, signal, clock, log } = options;
  const spec = tunnelSpecOf(parseConfig(configText), { id: "own", accountId: "own", orgSlug: "own" });
  const tunnel =
    carrier === undefined
      ? await Tunnel.open(spec, { clock, log })
      : await Tunnel.open(withWebsocketAsked(spec, carrier), { clock, log, carrier });
  try {
    if (captureFile !== undefined)
      await tunnel.capture.start({ to: { file: captureFile }, limitBytes: captureLimitBytes });
    // Asked for first, so that a silent gateway is not reported as a silent host behind it.
    await tunnel.handshake(signal, parseIp(host) ?? spec.dns[0]);
    return await work(tunnel);
  } catch (error) {
    throw signal.aborted ? new CulvertError("cancelled") : asCulvertError(error);
  } finally {
    const capture = await tunnel.capture.stop();
    tunnel.dispose();
    if (capture !== null) onCaptured?.(capture);
  }
}

/** A person asks for a WebSocket of which the file says nothing: it is sought on the TCP port of the UDP port's number. */
function withWebsocketAsked(spec: TunnelSpec, carrier: CarrierChoice): TunnelSpec {
  if (carrier === "udp") return spec;
  const peers = spec.peers.map((peer) =>
    peer.endpoint === undefined ? peer : { ...peer, endpoint: { websocketPort: peer.endpoint.port, ...peer.endpoint } },
  );
  return { ...spec, peers };
}
