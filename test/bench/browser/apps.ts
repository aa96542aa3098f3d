import { quantile } from "../row.ts";
import { Chrome, mainThreadMs, profiled, THROTTLE } from "./chrome.ts";
import { atMost, type Figure } from "./figure.ts";
import { readTimes, watchFilter, watchFrames } from "./in-page.ts";
import { APP_NAME, ROW, ROWS, TREE } from "./names.ts";
import { cloudOfApps, World } from "./world.ts";

const APPS = 10_000;
const FRAME_MS = 16;
const LONGEST_FRAME_MS = 33;
const QUERIES = ["billing-or", "payments-0", "mail 0123"];
const SCROLLS = 180;

interface Keys {
  readonly times: number[];
  /** Processor time of the page's main thread for each key, all that follows from it included; in milliseconds. */
  readonly mainThread: number;
}

/** A list of ten thousand apps: what a keystroke in its filter costs, and whether it scrolls smoothly. */
export async function measureApps(dist: URL): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfApps(APPS));
  try {
    const [keys, slowKeys] = [await filter(world, 1), await filter(world, THROTTLE)];
    const [frames, slowFrames] = [await scroll(world, 1), await scroll(world, THROTTLE)];
    const bound = atMost(FRAME_MS, "ms");
    const cpu = `main thread ${keys.mainThread.toFixed(1)} ms of processor a key, ×4 ${slowKeys.mainThread.toFixed(1)}`;
    const key = (words: string, share: number, beside: string): Figure => ({
      what: `10,000 apps: keystroke in the filter to paint, ${words}`,
      unit: "ms",
      value: quantile(keys.times, share),
      throttled: quantile(slowKeys.times, share),
      bound,
      beside,
    });
    return [
      key("median", 0.5, `${keys.times.length} keys`),
      key("95th percentile", 0.95, cpu),
      {
        what: "10,000 apps: longest frame while scrolling",
        unit: "ms",
        value: Math.max(...frames),
        throttled: Math.max(...slowFrames),
        bound: atMost(LONGEST_FRAME_MS, "ms"),
        beside: `99th percentile ${quantile(frames, 0.99).toFixed(1)}, ×4 ${quantile(slowFrames, 0.99).toFixed(1)} ms`,
      },
    ];
  } finally {
    await world.close();
  }
}

/** Frames come when they are ready: what is measured is the work, and not the wait for the screen. */
async function filter(world: World, rate: number): Promise<Keys> {
  const chrome = await Chrome.start({ unpaced: true });
  try {
    const opened = await chrome.open(rate);
    const { page } = opened;
    await page.goto(world.url);
    await page.locator(ROW).nth(5).waitFor();
    await page.waitForTimeout(1000);
    await page.getByRole("searchbox", { name: /filter/i }).click();
    await page.evaluate(watchFilter, { rows: ROWS, name: APP_NAME });
    const keys = QUERIES.flatMap((query) => [...query, ...[...query].map(() => "Backspace")]);
    const ms = await mainThreadMs(opened, () =>
      profiled(opened, `filter-${rate}`, async () => {
        for (const key of keys) {
          await page.keyboard.press(key === " " ? "Space" : key);
          await page.waitForTimeout(400);
        }
      }),
    );
    return { times: await page.evaluate(readTimes), mainThread: ms / keys.length };
  } finally {
    await chrome.close();
  }
}

async function scroll(world: World, rate: number): Promise<number[]> {
  const chrome = await Chrome.start();
  try {
    const opened = await chrome.open(rate);
    const { page } = opened;
    await page.goto(world.url);
    await page.locator(ROW).nth(5).waitFor();
    await page.waitForTimeout(1000);
    await page.locator(TREE).hover();
    await page.evaluate(watchFrames);
    await profiled(opened, `scroll-${rate}`, async () => {
      for (let i = 0; i < SCROLLS; i++) await page.mouse.wheel(0, i % 60 < 50 ? 240 : -900);
    });
    return await page.evaluate(readTimes);
  } finally {
    await chrome.close();
  }
}
