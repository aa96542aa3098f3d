import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { createBirpc } from "birpc";
import { systemClock } from "../base/clock.ts";
import { CulvertError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { EngineCore } from "./engine-core.ts";
import {
  type EngineFunctions,
  type EngineWorkerData,
  errorFromInfo,
  type HostFunctions,
  type Outcome,
  outcome,
} from "./rpc.ts";
import type { Store } from "./store.ts";

/** The worker's entry: joins the engine to its port and does nothing else. */

function start(port: MessagePort, { version, captures }: EngineWorkerData): void {
  const functions: EngineFunctions = {
    call: (name, input) => outcome(() => engine.call(name, input)),
    signInDemo: (access) => outcome(() => engine.signInDemo(access)),
    watchTunnels: (how) => engine.watchTunnels(how),
    chooseCarrier: (carrier) => engine.chooseCarrier(carrier),
    keepTexts: (isOn, wanted) => engine.keepTexts(isOn, wanted),
    power: (change) => engine.power(change),
    ping: async () => undefined,
    shutdown: async () => {
      await engine.settle();
      engine.dispose();
    },
  };
  const host = createBirpc<HostFunctions, EngineFunctions>(functions, {
    post: (data) => port.postMessage(data),
    on: (listener) =>
      port.on("message", (message: unknown) => {
        if (message instanceof Uint8Array) engine.receiveFrame(message);
        else listener(message);
      }),
    timeout: -1,
  });
  const settled = async <T>(answer: Promise<Outcome<T>>): Promise<T> => {
    const result = await answer;
    if ("error" in result) throw errorFromInfo(result.error);
    return result.ok;
  };
  const store: Store = {
    read: (name) => settled(host.read(name)),
    write: (name, text) => settled(host.write(name, text)),
    list: () => settled(host.list()),
    remove: (name) => settled(host.remove(name)),
    readSecret: (key) => settled(host.readSecret(key)),
    writeSecret: (key, value) => settled(host.writeSecret(key, value)),
    deleteSecret: (key) => settled(host.deleteSecret(key)),
  };
  const logAt =
    (level: "debug" | "info" | "warn" | "error"): Log["debug"] =>
    (event, fields) =>
      void host.log.asEvent(level, event, fields);
  const engine = new EngineCore({
    version,
    captures,
    store,
    clock: systemClock,
    log: { debug: logAt("debug"), info: logAt("info"), warn: logAt("warn"), error: logAt("error") },
    sendFrame: (frame) => port.postMessage(frame, [frame.buffer as ArrayBuffer]),
    onEvent: (name, payload) => void host.event.asEvent(name, payload),
  });
}

if (parentPort === null) throw new CulvertError("internal", "the engine runs in a worker thread");
start(parentPort, workerData as EngineWorkerData);
