import { Worker } from "node:worker_threads";
import { CulvertError } from "../base/errors.ts";
import type { DemoAccess } from "./cloud-access.ts";
import type { DemoWorkerData, DemoWorkerOrder, DemoWorkerReport } from "./worker-protocol.ts";

export interface DemoWorkerOptions extends DemoWorkerData {
  /** Of the bundled worker; `worker.js` beside this file when left out. */
  readonly workerUrl?: URL;
}

export interface DemoWorker {
  readonly access: DemoAccess;
  /** Resolves when its thread has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Closes the cloud; resolves when its thread has ended. Further calls wait for the same end. */
  dispose(): Promise<void>;
}

/** How long the cloud may take to close its sessions before its thread is ended from outside. */
const STOP_GRACE_MS = 2000;

/** Runs the demo cloud in a thread of its own. Rejects with a CulvertError when it does not come up. */
export function startDemoWorker(options: DemoWorkerOptions): Promise<DemoWorker> {
  const { workerUrl = new URL("./worker.js", import.meta.url), ...workerData } = options;
  const worker = new Worker(workerUrl, { workerData, name: "culvert-demo" });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  return new Promise((resolve, reject) => {
    const failed = (reason: string): void => {
      reject(new CulvertError("internal", `the demo cloud did not start: ${reason}`));
      void worker.terminate();
    };
    worker.on("error", (error) => failed(error.message));
    worker.once("exit", (code) => failed(`its thread ended with ${code}`));
    worker.once("message", (report: DemoWorkerReport) => {
      if (report.kind === "failed") failed(report.reason);
      else resolve({ access: report.access, ended, dispose: () => stop(worker, ended) });
    });
  });
}

function stop(worker: Worker, ended: Promise<void>): Promise<void> {
  const order: DemoWorkerOrder = { kind: "stop" };
  worker.postMessage(order);
  const grace = setTimeout(() => void worker.terminate(), STOP_GRACE_MS);
  return ended.finally(() => clearTimeout(grace));
}
