import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright";
import { BarePage } from "./bare-page.ts";

/** The slowed-down processor of the issue. */
export const THROTTLE = 4;

export interface OpenPage {
  readonly page: Page;
  readonly cdp: CDPSession;
  close(): Promise<void>;
}

/** A browser of its own, with a profile of its own, that talks to nobody. `unpaced`: frames come as soon as they are ready. */
export class Chrome {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start({ unpaced = false } = {}): Promise<Chrome> {
    const executablePath = process.env["CULVERT_BROWSER"];
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        // Chromium's sandbox does not start as root; the page is our own.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        // Memory is then measured at once, and not at the collector's next leisure.
        "--enable-blink-features=ForceEagerMeasureMemory",
        ...(unpaced ? ["--disable-frame-rate-limit", "--disable-gpu-vsync"] : []),
      ],
    });
    return new Chrome(browser);
  }

  /** A page in a fresh context (cookies, storage, cache), its processor slowed down by `rate`. */
  async open(rate = 1): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    return attach(context, rate);
  }

  /** A page with such an address that nothing watches, for amounts of WebSocket messages. */
  async openBare(url: string, rate: number): Promise<BarePage> {
    return BarePage.open(await this.#browser.newBrowserCDPSession(), url, rate);
  }

  /** Seconds of processor time that all processes of the browser have used. */
  async cpuSeconds(): Promise<number> {
    const cdp = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
    await cdp.detach();
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

async function attach(context: BrowserContext, rate: number): Promise<OpenPage> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
  return { page, cdp, close: () => context.close() };
}

/** Bytes of JavaScript memory of the page after a collection, buffers of terminals included. Needs an isolated page. */
export async function memoryOf({ page, cdp }: OpenPage): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  return page.evaluate(async () => {
    const measure: unknown = Reflect.get(performance, "measureUserAgentSpecificMemory");
    if (typeof measure !== "function") throw new Error("this page cannot measure its memory");
    const result: { bytes: number } = await measure.call(performance);
    return result.bytes;
  });
}

/** Processor time of the page's main thread, in milliseconds, that `run` took: it does not count what else the machine does. */
export async function mainThreadMs({ cdp }: OpenPage, run: () => Promise<void>): Promise<number> {
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async (): Promise<number> => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  const before = await read();
  await run();
  return (await read()) - before;
}

/** Runs, and writes a profile of the page's processor time to CULVERT_BENCH_PROFILES, if that names a folder. */
export async function profiled({ cdp }: OpenPage, name: string, run: () => Promise<void>): Promise<void> {
  const folder = process.env["CULVERT_BENCH_PROFILES"];
  if (folder === undefined) return run();
  await cdp.send("Profiler.enable");
  await cdp.send("Profiler.start");
  await run();
  const { profile } = await cdp.send("Profiler.stop");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile));
}

/** Seconds of processor time of a process, its threads included (proc(5): utime and stime, in hundredths). */
export function processSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
