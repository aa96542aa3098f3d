import { rm } from "node:fs/promises";
import type { Capture } from "../../shared/models.ts";
import type { Clock } from "../base/clock.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import { type IpAddress, parseIp } from "../base/ip-address.ts";
import type { Log } from "../base/log.ts";
import { parseConfig, tunnelSpecOf } from "./backends/config-backend.ts";
import type { CarrierChoice, CarrierName } from "./carriers/carrier.ts";
import type { Timestamps } from "./timestamp-keeper.ts";
import { Tunnel } from "./tunnel.ts";
import type { TunnelEnvironment } from "./tunnel-environment.ts";
import { peerFor, type TunnelSpec } from "./tunnel-spec.ts";

export interface OwnTunnelOptions {
  /** Text of a wg-quick file. */
  readonly configText: string;
  /** A file to write what passes inside of the tunnel to; it must not be there yet. */
  readonly captureFile?: string;
  /** What became of the capture, once its file is whole. */
  onCaptured?(capture: Capture): void;
  readonly captureLimitBytes: number;
  /** The gateway at `gateway` (host and port) has not answered for a while, in none of these ways. */
  onWaiting?(gateway: string, ways: readonly CarrierName[]): void;
  /** The gateway answers: the work begins. */
  onUp?(): void;
  /** A gateway has fallen silent, or is heard again: `Tunnel.silentGateway` says which. */
  onGateway?(): void;
  /** "auto" and "websocket" also ask a gateway of which nothing is known; only UDP is used with one when left out. */
  readonly carrier?: CarrierChoice;
  /** Asked before the tunnel is opened; it may reject. Undefined where nobody keeps account of keys. */
  holdKey?(privateKey: Uint8Array): Promise<KeyHold | undefined>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** A private key that this command alone uses at the moment, on this computer. */
export interface KeyHold {
  readonly timestamps: Timestamps;
  release(): Promise<void>;
}

/** How long an answer may take before somebody who looks on should be told. */
const SOON_MS = 2_000;

/**
 * For one command: opens a tunnel, waits until the gateway of `host` (an address, or a name that the tunnel's DNS server
 * knows) answers, does the work and closes the tunnel. Rejects with a CulvertError.
 */
export async function withOwnTunnel<T>(
  options: OwnTunnelOptions,
  host: string,
  work: (tunnel: Tunnel) => Promise<T>,
): Promise<T> {
  const spec = tunnelSpecOf(parseConfig(options.configText), { id: "own", accountId: "own", orgSlug: "own" });
  const target = addressToCall(spec, host);
  const hold = await options.holdKey?.(spec.privateKey);
  try {
    return await inTunnel(options, spec, target, hold?.timestamps, work);
  } finally {
    await hold?.release();
  }
}

async function inTunnel<T>(
  options: OwnTunnelOptions,
  spec: TunnelSpec,
  target: IpAddress,
  timestamps: Timestamps | undefined,
  work: (tunnel: Tunnel) => Promise<T>,
): Promise<T> {
  const { carrier, captureFile, captureLimitBytes, onCaptured, signal, clock, log } = options;
  const environment: TunnelEnvironment = {
    clock,
    log,
    note: (_, { kind }) => {
      if (kind === "gateway-silent" || kind === "tunnel-up") options.onGateway?.();
    },
    ...(timestamps === undefined ? {} : { timestamps }),
  };
  const tunnel =
    carrier === undefined
      ? await Tunnel.open(spec, environment)
      : await Tunnel.open(withWebsocketAsked(spec, carrier), { ...environment, carrier });
  let isDone = false;
  const waiting = setTimeout(() => options.onWaiting?.(tunnel.gateway, tunnel.attempted), SOON_MS);
  try {
    if (captureFile !== undefined)
      await tunnel.capture.start({ to: { file: captureFile }, limitBytes: captureLimitBytes });
    // Asked for first, so that a silent gateway is not reported as a silent host behind it.
    await tunnel.handshake(signal, target, true);
    clearTimeout(waiting);
    options.onUp?.();
    const result = await work(tunnel);
    isDone = true;
    return result;
  } catch (error) {
    throw signal.aborted ? new CulvertError("cancelled") : asCulvertError(error);
  } finally {
    clearTimeout(waiting);
    const capture = await tunnel.capture.stop();
    tunnel.dispose();
    // The file is ours: it was not there before. Empty, it would only be in the way of the next try.
    if (capture !== null && capture.packets === 0 && !isDone) await rm(capture.path, { force: true });
    else if (capture !== null) onCaptured?.(capture);
  }
}

/** Whose gateway must answer before the work can begin. Throws "config-invalid" where the file cannot serve. */
function addressToCall(spec: TunnelSpec, host: string): IpAddress {
  if (spec.addresses.length === 0)
    throw new CulvertError(
      "config-invalid",
      "[Interface] has no Address, and nothing can be sent: add an Address line",
    );
  const asked = parseIp(host.replace(/^\[(.*)\]$/, "$1"));
  const target = asked ?? spec.dns[0];
  if (target === undefined) {
    const remedy = host === "" ? "add one" : `add one, or use an address instead of ${host}`;
    throw new CulvertError("config-invalid", `[Interface] has no DNS line: ${remedy}`);
  }
  const peer = peerFor(spec, target);
  if (peer === undefined)
    throw new CulvertError("not-allowed", asked === undefined ? `the DNS server ${target.text}` : target.text);
  // With a fixed port we may be called; a port that nobody knows is never called.
  if (peer.endpoint === undefined && spec.listenPort === undefined) {
    const key = Buffer.from(peer.publicKey).toString("base64");
    throw new CulvertError("config-invalid", `[Peer] ${key} has no Endpoint, so it cannot be called`);
  }
  return target;
}

/** A person asks for a WebSocket of which the file says nothing: it is sought on the TCP port of the UDP port's number. */
function withWebsocketAsked(spec: TunnelSpec, carrier: CarrierChoice): TunnelSpec {
  if (carrier === "udp") return spec;
  const peers = spec.peers.map((peer) =>
    peer.endpoint === undefined ? peer : { ...peer, endpoint: { websocketPort: peer.endpoint.port, ...peer.endpoint } },
  );
  return { ...spec, peers };
}
