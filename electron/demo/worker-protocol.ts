import type { DemoAccess } from "./cloud-access.ts";

/** workerData of demo/worker.ts. */
export interface DemoWorkerData {
  readonly seed: Uint8Array;
  readonly apiPort?: number;
  readonly udpPort?: number;
}

/** Worker to owner. After "failed" or "stopped" the thread ends by itself. */
export type DemoWorkerReport =
  | { readonly kind: "ready"; readonly access: DemoAccess }
  | { readonly kind: "failed"; readonly reason: string };

/** Owner to worker: close everything and end. */
export type DemoWorkerOrder = { readonly kind: "stop" };
