import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession } from "playwright";
import { z } from "zod";

const POLL_MS = 50;
const answer = z.object({
  id: z.number(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
const trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ph: z.string(),
      pid: z.number(),
      tid: z.number(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown().optional() }).optional(),
    }),
  ),
});
const metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });
const evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z
    .object({ text: z.string(), exception: z.object({ description: z.string().optional() }).optional() })
    .optional(),
});

interface Waiting {
  resolve(result: Record<string, unknown>): void;
  reject(reason: Error): void;
}

/**
 * A page that Playwright does not watch. Its own pages report each WebSocket message to it, as base64 in JSON: for 50 MB
 * of output that was 16 ms for each MB in the browser process alone. Here nothing is asked for but
 * answers to commands.
 */
export class BarePage {
  readonly #browser: CDPSession;
  readonly #contextId: string;
  readonly #session: string;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(browser: CDPSession, contextId: string, session: string) {
    this.#browser = browser;
    this.#contextId = contextId;
    this.#session = session;
    browser.on("Target.receivedMessageFromTarget", ({ sessionId, message }) => {
      if (sessionId === session) this.#receive(message);
    });
  }

  /** In a profile of its own, its processor slowed down by `rate`. `browser` is a session of the browser, for this page alone. */
  static async open(browser: CDPSession, url: string, rate: number): Promise<BarePage> {
    const { browserContextId } = await browser.send("Target.createBrowserContext");
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank", browserContextId });
    // Sessions of the flat kind are Playwright's own.
    const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: false });
    const page = new BarePage(browser, browserContextId, sessionId);
    const size = { width: 1280, height: 800, deviceScaleFactor: 1, mobile: false };
    await page.send("Emulation.setDeviceMetricsOverride", size);
    await page.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.send("Emulation.setCPUThrottlingRate", { rate });
    await page.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.send("Page.navigate", { url });
    return page;
  }

  /** A command of the protocol. Rejects with what the browser says. */
  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    const result = new Promise<Record<string, unknown>>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject }),
    );
    const message = JSON.stringify({ id, method, params });
    await this.#browser.send("Target.sendMessageToTarget", { sessionId: this.#session, message });
    return result;
  }

  /** Runs a function that uses nothing outside of itself in the page; its promise is waited for, what it gives is checked. */
  async evaluate<A, R>(schema: z.ZodType<R>, run: (argument: A) => R | Promise<R>, argument: A): Promise<R> {
    const expression = `(${run.toString()})(${JSON.stringify(argument) ?? ""})`;
    const told = evaluated.parse(
      await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }),
    );
    const { exceptionDetails: failed } = told;
    if (failed !== undefined) throw new Error(failed.exception?.description ?? failed.text);
    return schema.parse(told.result.value);
  }

  /** Resolves when the function gives true. */
  async until<A>(test: (argument: A) => boolean, argument: A): Promise<void> {
    while (!(await this.evaluate(z.boolean(), test, argument))) await this.pause(POLL_MS);
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Milliseconds of processor time that the page's thread has used: what else the machine does is not in it. */
  async threadMs(): Promise<number> {
    const { metrics: all } = metrics.parse(await this.send("Performance.getMetrics"));
    return (all.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  }

  /** Runs, and writes a profile of the page's processor time to CULVERT_BENCH_PROFILES, if that names a folder. */
  async profiled<T>(name: string, run: () => Promise<T>): Promise<T> {
    const folder = process.env["CULVERT_BENCH_PROFILES"];
    if (folder === undefined) return run();
    await this.send("Profiler.enable");
    await this.send("Profiler.start");
    const result = await run();
    const { profile } = await this.send("Profiler.stop");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
    return result;
  }

  /**
   * Runs, and gives for how long each task meanwhile was at work on the thread of the page that worked most, in milliseconds of
   * processor time: the browser's own long tasks also last for as long as something else had the processor.
   */
  async taskTimes(run: () => Promise<unknown>): Promise<number[]> {
    const ended = new Promise<string>((resolve) => {
      this.#browser.once("Tracing.tracingComplete", ({ stream }) => resolve(stream ?? ""));
    });
    await this.#browser.send("Tracing.start", {
      transferMode: "ReturnAsStream",
      traceConfig: {
        recordMode: "recordAsMuchAsPossible",
        includedCategories: ["toplevel"],
        excludedCategories: ["*"],
      },
    });
    await run();
    await this.#browser.send("Tracing.end");
    const { traceEvents } = trace.parse(JSON.parse(await this.#read(await ended)));
    const threads = new Map<string, number[]>();
    for (const { name, ph, pid, tid, args } of traceEvents) {
      if (ph === "M" && name === "thread_name" && args?.name === "CrRendererMain") threads.set(`${pid} ${tid}`, []);
    }
    // Each clock errs now and then; no task was at work for longer than it lasted.
    for (const { name, pid, tid, dur = 0, tdur = 0 } of traceEvents) {
      if (name === "ThreadControllerImpl::RunTask") threads.get(`${pid} ${tid}`)?.push(Math.min(dur, tdur) / 1000);
    }
    const sum = (times: readonly number[]): number => times.reduce((all, one) => all + one, 0);
    return [...threads.values()].reduce((most, times) => (sum(times) > sum(most) ? times : most), []);
  }

  async front(): Promise<void> {
    await this.send("Page.bringToFront");
  }

  async close(): Promise<void> {
    await this.#browser.send("Target.disposeBrowserContext", { browserContextId: this.#contextId });
    await this.#browser.detach();
  }

  async #read(handle: string): Promise<string> {
    let text = "";
    for (;;) {
      const { data, eof } = await this.#browser.send("IO.read", { handle });
      text += data;
      if (eof) break;
    }
    await this.#browser.send("IO.close", { handle });
    return text;
  }

  #receive(message: string): void {
    const parsed = answer.safeParse(JSON.parse(message));
    // What has no id is an event.
    if (!parsed.success) return;
    const { id, result, error } = parsed.data;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new Error(error.message));
  }
}
