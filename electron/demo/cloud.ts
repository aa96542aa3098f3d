import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, silentLog } from "../base/log.ts";
import { formatPublicKey, keyPairFromSeed } from "../ssh/certificates.ts";
import { startDemoApi } from "./api.ts";
import type { DemoAccess, DemoApp } from "./cloud-access.ts";
import { Gateway } from "./gateway.ts";
import type { GatewayControl } from "./gateway-modes.ts";
import { createWorld, type World } from "./world.ts";

export interface DemoCloudOptions {
  /** 32 secret bytes; the same seed gives the same ids, addresses and keys. */
  readonly seed: Uint8Array;
  /** TCP port of the API on 127.0.0.1; any when left out. */
  readonly apiPort?: number;
  /** UDP port of the gateway on 127.0.0.1; any when left out. */
  readonly udpPort?: number;
  readonly log?: Log;
  readonly clock?: Clock;
}

export interface DemoCloud extends DemoAccess {
  /** For tests: the gateway's faults. */
  readonly gatewayControl: GatewayControl;
  /** Ends every session, closes the sockets; resolves when nothing is left. */
  dispose(): Promise<void>;
}

/** Brings the private cloud up on loopback. Rejects with `udp-failed` or `port-in-use` when a wanted port is taken. */
export async function startDemoCloud(options: DemoCloudOptions): Promise<DemoCloud> {
  const { clock = systemClock, log = silentLog } = options;
  const world = createWorld(options.seed);
  const gateway = await Gateway.open({
    world,
    clock,
    log,
    ...(options.udpPort === undefined ? {} : { port: options.udpPort }),
  });
  const { endpoint } = gateway;
  try {
    const api = await startDemoApi({
      world,
      clock,
      endpoint: () => endpoint,
      ...(options.apiPort === undefined ? {} : { port: options.apiPort }),
    });
    log.info("demo cloud up", { api: api.url, gateway: endpoint });
    return {
      api: api.url,
      token: world.token,
      gateway: { udp: endpoint },
      ca: formatPublicKey(keyPairFromSeed(world.caSeed).publicKey, "culvert-demo-ca"),
      apps: appsOf(world),
      gatewayControl: gateway,
      dispose: async () => {
        gateway.dispose();
        await api.dispose();
      },
    };
  } catch (error) {
    gateway.dispose();
    throw error;
  }
}

function appsOf(world: World): readonly DemoApp[] {
  return world.apps.map((app) => ({
    name: app.name,
    organization: app.orgSlug,
    network: world.network(app.networkId)?.name ?? null,
    machines: world.machinesOf(app.name).map(({ id, region, state, address }) => ({
      id,
      region,
      state,
      address: address.text,
    })),
  }));
}
