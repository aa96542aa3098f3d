import { quantile } from "../row.ts";
import { Chrome, THROTTLE } from "./chrome.ts";
import { atMost, type Figure } from "./figure.ts";
import { readTimes, watchFrames, watchKeys } from "./in-page.ts";
import { ROW, TREE } from "./names.ts";
import { cloudOfApps, World } from "./world.ts";

const APPS = 10_000;
const FRAME_MS = 16;
const LONGEST_FRAME_MS = 33;
const QUERIES = ["billing-or", "payments-0", "mail 0123"];
const SCROLLS = 180;

/** A list of ten thousand apps: what a keystroke in its filter costs, and whether it scrolls smoothly. */
export async function measureApps(dist: URL): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfApps(APPS));
  try {
    const [keys, slowKeys] = [await filter(world, 1), await filter(world, THROTTLE)];
    const [frames, slowFrames] = [await scroll(world, 1), await scroll(world, THROTTLE)];
    const bound = atMost(FRAME_MS, "ms");
    const beside = (values: readonly number[]): string =>
      `${values.length} keys, longest ${Math.max(...values).toFixed(0)} ms`;
    return [
      {
        what: "10,000 apps: keystroke in the filter to paint, median",
        unit: "ms",
        value: quantile(keys, 0.5),
        throttled: quantile(slowKeys, 0.5),
        bound,
        beside: beside(keys),
      },
      {
        what: "10,000 apps: keystroke in the filter to paint, 95th percentile",
        unit: "ms",
        value: quantile(keys, 0.95),
        throttled: quantile(slowKeys, 0.95),
        bound,
        beside: beside(slowKeys),
      },
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
async function filter(world: World, rate: number): Promise<number[]> {
  const chrome = await Chrome.start({ unpaced: true });
  try {
    const { page } = await chrome.open(rate);
    await page.goto(world.url);
    await page.locator(ROW).nth(5).waitFor();
    await page.waitForTimeout(1000);
    await page.getByRole("searchbox", { name: /filter/i }).click();
    await page.evaluate(watchKeys, TREE);
    for (const query of QUERIES) {
      for (const key of [...query, ...[...query].map(() => "Backspace")]) {
        await page.keyboard.press(key === " " ? "Space" : key);
        await page.waitForTimeout(400);
      }
    }
    return await page.evaluate(readTimes);
  } finally {
    await chrome.close();
  }
}

async function scroll(world: World, rate: number): Promise<number[]> {
  const chrome = await Chrome.start();
  try {
    const { page } = await chrome.open(rate);
    await page.goto(world.url);
    await page.locator(ROW).nth(5).waitFor();
    await page.waitForTimeout(1000);
    await page.locator(TREE).hover();
    await page.evaluate(watchFrames);
    for (let i = 0; i < SCROLLS; i++) await page.mouse.wheel(0, i % 60 < 50 ? 240 : -900);
    return await page.evaluate(readTimes);
  } finally {
    await chrome.close();
  }
}
