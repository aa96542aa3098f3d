/**
 * A UDP relay on 127.0.0.1 between two peers, with delay, loss, reordering and duplicates drawn from a seed. The left peer
 * sends to `leftPort`, the right one to `rightPort`; each is answered where it last sent from, so both may roam.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

export interface Impairment {
  /** One way. */
  readonly delayMs: number;
  /** Each a probability of a datagram, in each direction. */
  readonly loss: number;
  readonly reorder: number;
  readonly duplicate: number;
  /** Nothing passes. */
  readonly blocked: boolean;
  /** What comes waits until this is taken back. */
  readonly held: boolean;
  /** Released at its time to some microseconds: the relay stays awake before. For few datagrams only. */
  readonly precise: boolean;
  /** Megabits a second in each direction; 0 for no limit. What does not fit into the queue before it is dropped. */
  readonly rateMbps: number;
  readonly queueBytes: number;
}

export type RelayDirection = "to-right" | "to-left";

export interface RelayOptions extends Partial<Impairment> {
  readonly seed: number;
  /** Where a peer listens, on 127.0.0.1, when it is to be reached before it has sent anything. */
  readonly leftPeerPort?: number;
  readonly rightPeerPort?: number;
  /** The worker's file where it has been built; else it is started from its source. */
  readonly workerUrl?: URL;
}

export interface DirectionStats {
  readonly forwarded: number;
  readonly lost: number;
  /** Dropped by the full queue. */
  readonly overflowed: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** On the way now. */
  readonly waiting: number;
}

export interface RelayStats {
  readonly toRight: DirectionStats;
  readonly toLeft: DirectionStats;
}

export interface Relay {
  readonly leftPort: number;
  readonly rightPort: number;
  /** Changes what is named, in one direction or both, for datagrams from now on. */
  impair(impairment: Partial<Impairment>, directions?: readonly RelayDirection[]): void;
  stats(): Promise<RelayStats>;
  dispose(): Promise<void>;
}

/** What the worker is started with and told. */
export interface RelaySetup {
  readonly seed: number;
  readonly impairment: Impairment;
  readonly left: { readonly address: string; readonly port: number } | undefined;
  readonly right: { readonly address: string; readonly port: number } | undefined;
}

export type RelayMessage =
  | {
      readonly kind: "impair";
      readonly impairment: Partial<Impairment>;
      readonly directions: readonly RelayDirection[];
    }
  | { readonly kind: "stats" }
  | { readonly kind: "close" };

type WorkerMessage =
  | { readonly kind: "ready"; readonly leftPort: number; readonly rightPort: number }
  | { readonly kind: "stats"; readonly stats: RelayStats };

const BOTH: readonly RelayDirection[] = ["to-right", "to-left"];

export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { seed, leftPeerPort, rightPeerPort, workerUrl, ...impairment } = options;
  const place = (port: number | undefined) => (port === undefined ? undefined : { address: "127.0.0.1", port });
  const setup: RelaySetup = {
    seed,
    impairment: {
      delayMs: 0,
      loss: 0,
      reorder: 0,
      precise: false,
      duplicate: 0,
      blocked: false,
      held: false,
      rateMbps: 0,
      queueBytes: 0,
      ...impairment,
    },
    left: place(leftPeerPort),
    right: place(rightPeerPort),
  };
  const url = workerUrl ?? new URL(`data:text/javascript,${encodeURIComponent(await workerText())}`);
  const worker = new Worker(url, { workerData: setup, name: "udp-relay" });
  const ready = await message(worker, "ready");
  const tell = (told: RelayMessage): void => worker.postMessage(told);
  return {
    leftPort: ready.leftPort,
    rightPort: ready.rightPort,
    impair: (changed, directions = BOTH) => tell({ kind: "impair", impairment: changed, directions }),
    stats: async () => {
      const answer = message(worker, "stats");
      tell({ kind: "stats" });
      return (await answer).stats;
    },
    dispose: async () => {
      const gone = once(worker, "exit");
      tell({ kind: "close" });
      await gone;
    },
  };
}

/** Node 20 runs no TypeScript in a worker, so its types are taken off here. */
async function workerText(): Promise<string> {
  const { default: ts } = await import("typescript");
  const source = readFileSync(new URL("./relay-worker.ts", import.meta.url), "utf8");
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(source, { compilerOptions: options }).outputText;
}

async function message<K extends WorkerMessage["kind"]>(
  worker: Worker,
  kind: K,
): Promise<Extract<WorkerMessage, { kind: K }>> {
  for (;;) {
    const [received]: WorkerMessage[] = await once(worker, "message");
    if (received !== undefined && isKind(received, kind)) return received;
  }
}

function isKind<K extends WorkerMessage["kind"]>(
  received: WorkerMessage,
  kind: K,
): received is Extract<WorkerMessage, { kind: K }> {
  return received.kind === kind;
}
