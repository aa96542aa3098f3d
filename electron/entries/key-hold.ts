import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import type { KeyHold } from "../engine/own-tunnel.ts";
import { keyOf, TimestampKeeper } from "../engine/timestamp-keeper.ts";
import { PrivateFiles } from "../host/private-files.ts";
import { ProcessLock } from "../host/process-lock.ts";

export interface HoldOptions {
  /** Made when it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How often a key that another process has is asked for. */
  readonly tries?: number;
}

/** ssh and scp hang up on their command and do not wait for its end: the next one may be there before it. Two seconds. */
const TRIES = 20;
const PAUSE_MS = 100;

/** More keys than anybody uses on one computer. */
const MOST_KEYS = 64;

/**
 * A gateway knows a peer by its key, and sends to where it heard that key last: two commands with one key would take each
 * other's answers away. So a lock says which process has it. Beside it lies the time of its last handshake, as a gateway
 * refuses what is not later (W44). Both protect, and neither is needed: undefined where no file can be written. Rejects with
 * "config-in-use" or "cancelled".
 */
export async function holdKey(privateKey: Uint8Array, options: HoldOptions): Promise<KeyHold | undefined> {
  const { folder, clock } = options;
  const name = Buffer.from(keyOf(privateKey), "base64").toString("hex");
  try {
    const files = await PrivateFiles.open(folder);
    const lock = await locked(join(folder, `${name}.lock`), options);
    // A file for each key: it has one writer, who holds the lock.
    const store = { read: () => files.read(name), write: (_: string, text: string) => files.write(name, text) };
    const timestamps = new TimestampKeeper({ store, clock });
    const release = async (): Promise<void> => {
      await timestamps.settle();
      await forgetOldest(folder).catch(() => undefined);
      lock.dispose();
    };
    return { timestamps, release };
  } catch (error) {
    if (error instanceof CulvertError && error.code === "storage") return undefined;
    throw error;
  }
}

async function locked(path: string, { signal, tries = TRIES }: HoldOptions): Promise<ProcessLock> {
  const inUse = ({ pid }: { pid: number }): CulvertError => new CulvertError("config-in-use", `process ${pid}`);
  for (let left = tries - 1; ; left--) {
    try {
      return ProcessLock.acquire(path, inUse);
    } catch (error) {
      if (left <= 0 || !(error instanceof CulvertError) || error.code !== "config-in-use") throw error;
    }
    await pause(PAUSE_MS, undefined, { signal }).catch(() => Promise.reject(new CulvertError("cancelled")));
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  if (names.length <= MOST_KEYS) return;
  const paths = names.map((name) => join(folder, name));
  const aged = await Promise.all(paths.map(async (path) => ({ path, usedAt: (await stat(path)).mtimeMs })));
  const oldest = aged.toSorted((a, b) => b.usedAt - a.usedAt).slice(MOST_KEYS);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}
