import type { CallName, EventName, TunnelWatch } from "../../shared/contract.ts";
import type { ErrorInfo } from "../../shared/errors.ts";
import type { Account } from "../../shared/models.ts";
import type { Settings } from "../../shared/settings.ts";
import { asCulvertError, CulvertError } from "../base/errors.ts";
import type { LogFields } from "../base/log.ts";
import type { Store } from "./store.ts";
import type { PowerChange } from "./wake-detector.ts";

/**
 * What the main thread and the engine's worker say to each other: two function tables carried by birpc, and
 * terminal frames, which are the messages that are byte arrays. Both share one port, so that a frame never overtakes the
 * answer that named its channel. Errors travel as data, because a class does
 * not survive the structured clone.
 */

/** Calls that the host answers itself; all others are the engine's. */
type HostCallName =
  | "app.info"
  | "engine.restart"
  | "security.report"
  | "layout.get"
  | "layout.set"
  | "links.take"
  | "settings.get"
  | "settings.set"
  | "accounts.startDemo"
  | "tunnels.watch";
export type EngineCallName = Exclude<CallName, HostCallName>;

export type Outcome<T> = { ok: T } | { error: ErrorInfo };

export interface DemoSignIn {
  api: string;
  token: string;
}

/** Answered by the worker. */
export interface EngineFunctions {
  call(name: EngineCallName, input: unknown): Promise<Outcome<unknown>>;
  signInDemo(access: DemoSignIn): Promise<Outcome<Account>>;
  watchTunnels(how: TunnelWatch): void;
  chooseCarrier(carrier: Settings["carrier"]): void;
  keepTexts(isOn: boolean, wanted: readonly string[] | null): void;
  power(change: PowerChange): void;
  /** Whether it still takes messages. */
  ping(): Promise<void>;
  shutdown(): Promise<void>;
}

type StoreFunctions = {
  [K in keyof Store]: (...args: Parameters<Store[K]>) => Promise<Outcome<Awaited<ReturnType<Store[K]>>>>;
};

/** Answered by the main thread. */
export interface HostFunctions extends StoreFunctions {
  event(name: EventName, payload: unknown): void;
  log(level: "debug" | "info" | "warn" | "error", event: string, fields: LogFields | undefined): void;
}

/** What the worker is born with. */
export interface EngineWorkerData {
  readonly version: string;
  /** Folder for packet captures. */
  readonly captures: string;
}

/** Runs one side of the rpc so that an error crosses as data. */
export async function outcome<T>(run: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { ok: await run() };
  } catch (error) {
    return { error: asCulvertError(error).toInfo() };
  }
}

export function errorFromInfo({ code, detail, lines }: ErrorInfo): CulvertError {
  return new CulvertError(code, detail, lines === undefined ? undefined : { lines });
}
