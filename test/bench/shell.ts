import { once } from "node:events";
import { silentLog } from "../../electron/base/log.ts";
import { startDemoWorker } from "../../electron/demo/client.ts";
import { type Engine, startEngine } from "../../electron/engine/client.ts";
import { session as sessionModel } from "../../shared/models.ts";
import { decodeFrame, encodeDrawn, encodeFrame } from "../../shared/terminal-frames.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { median, quantile, type Row } from "./row.ts";

const KEYSTROKES = 300;
const WARM_SHELLS = 7;

/** From a click to a prompt, and from a keystroke to its echo, on the demo network and without a window. */
export async function benchShell(dist: URL): Promise<Row[]> {
  const demo = await startDemoWorker({ seed: new Uint8Array(32).fill(5), workerUrl: new URL("demo-worker.js", dist) });
  const engine = startEngine({
    store: new MemoryStore(),
    log: silentLog,
    version: "bench",
    captures: "",
    workerUrl: new URL("engine-worker.js", dist),
  });
  try {
    const { id: accountId } = await engine.signInDemo(demo.access);
    const [org] = await engine.call("organizations.list", { accountId });
    if (org === undefined) throw new Error("the demo has no organization");
    const apps = await engine.call("apps.list", { accountId, orgSlug: org.slug });
    const appName = apps.find(({ status }) => status === "running")?.name ?? "";
    const open = () => openShell(engine, { accountId, orgSlug: org.slug, appName });
    const cold = await open();
    const warm: number[] = [];
    for (let i = 0; i < WARM_SHELLS; i++) {
      const shell = await open();
      warm.push(shell.readyMs);
      await engine.call("sessions.close", { sessionId: shell.id });
    }
    const echo = await echoTimes(engine, cold.id);
    return [
      { what: "click to shell, first (new peer, new tunnel)", value: cold.readyMs, unit: "ms" },
      { what: "click to shell, tunnel warm, median", value: median(warm), unit: "ms" },
      { what: "keystroke to echo, median", value: median(echo), unit: "ms" },
      { what: "keystroke to echo, 99th percentile", value: quantile(echo, 0.99), unit: "ms" },
    ];
  } finally {
    await engine.shutdown();
    await demo.dispose();
  }
}

async function openShell(engine: Engine, at: { accountId: string; orgSlug: string; appName: string }) {
  const opened = await engine.call("sessions.open", { ...at, columns: 80, rows: 24 });
  return await new Promise<{ id: string; readyMs: number }>((resolve, reject) => {
    const listener = engine.onEvent((event, payload) => {
      if (event !== "session.changed") return;
      const session = sessionModel.parse(payload);
      if (session.id !== opened.id || session.state === "connecting") return;
      listener.dispose();
      if (session.readyMs === null) reject(new Error(`the shell did not open: ${session.error?.code}`));
      else resolve({ id: session.id, readyMs: session.readyMs });
    });
  });
}

async function echoTimes(engine: Engine, sessionId: string): Promise<number[]> {
  const { channel } = await engine.call("sessions.attach", { sessionId, columns: 80, rows: 24 });
  const target = new EventTarget();
  const listener = engine.onFrame((bytes) => {
    const frame = decodeFrame(bytes);
    if (frame?.channel !== channel) return;
    engine.sendFrame(encodeDrawn(channel, frame.payload.length));
    if (frame.kind === "output") target.dispatchEvent(new Event("output"));
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i++) {
    // Every 60th character the line is cleared, so that it never wraps.
    const key = i % 60 === 59 ? 0x15 : 0x78;
    const echoed = once(target, "output");
    const startedAt = performance.now();
    engine.sendFrame(encodeFrame("input", channel, Uint8Array.of(key)));
    await echoed;
    times.push(performance.now() - startedAt);
  }
  listener.dispose();
  return times;
}
