import type { Log } from "../base/log.ts";
import type { DemoAccess } from "./cloud-access.ts";

export interface DemoCloudOptions {
  /** 32 secret bytes; the same seed gives the same ids, addresses and keys. */
  readonly seed: Uint8Array;
  /** TCP port of the API on 127.0.0.1; any when left out. */
  readonly apiPort?: number;
  /** UDP port of the gateway on 127.0.0.1; any when left out. */
  readonly udpPort?: number;
  readonly log?: Log;
}

export interface DemoCloud extends DemoAccess {
  /** Ends every session, closes the sockets; resolves when nothing is left. */
  dispose(): Promise<void>;
}

export function startDemoCloud(_options: DemoCloudOptions): Promise<DemoCloud> {
  return Promise.reject(new Error("not built yet"));
}
