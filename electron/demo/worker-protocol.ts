import type { DemoAccess } from "./cloud-access.ts";
import type { GatewayModes } from "./gateway-modes.ts";

/** workerData of demo/worker.ts. */
export interface DemoWorkerData {
  readonly seed: Uint8Array;
  readonly apiPort?: number;
  readonly udpPort?: number;
  /** What the gateway does wrong from the start; nothing when left out. */
  readonly modes?: Partial<GatewayModes>;
  /** All peers are forgotten this often; never when left out. */
  readonly evictEveryMs?: number;
}

/** Worker to owner. After "failed" or "stopped" the thread ends by itself. */
export type DemoWorkerReport =
  | { readonly kind: "ready"; readonly access: DemoAccess }
  | { readonly kind: "failed"; readonly reason: string };

/** Owner to worker: close everything and end. */
export type DemoWorkerOrder = { readonly kind: "stop" };
