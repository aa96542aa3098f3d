import { z } from "zod";
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
    const [ours, slowOurs] = [await scroll(world.url, 1), await scroll(world.url, THROTTLE)];
    // What frames take here at the least, whatever the page: the names as bare text, scrolled in the same way.
    const [bare, slowBare] = [await scroll(world.plainUrl, 1), await scroll(world.plainUrl, THROTTLE)];
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
        value: Math.max(...ours.frames),
        throttled: Math.max(...slowOurs.frames),
        bound: atMost(LONGEST_FRAME_MS, "ms"),
        beside: `99th percentile ${quantile(ours.frames, 0.99).toFixed(1)}, ×4 ${quantile(slowOurs.frames, 0.99).toFixed(1)} ms; bare text ${inWords(bare)}; ×4 ${inWords(slowBare)}`,
      },
      {
        what: "10,000 apps: longest frame at work while scrolling",
        unit: "ms of processor",
        value: ours.longestAtWork,
        throttled: slowOurs.longestAtWork,
        bound: atMost(LONGEST_FRAME_MS, "ms"),
        beside: `bare text ${bare.longestAtWork.toFixed(1)}, ×4 ${slowBare.longestAtWork.toFixed(1)} ms`,
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
    await page.evaluate(watchFilter, { rows: ROWS, row: ROW, name: APP_NAME });
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

interface Scrolled {
  /** Milliseconds from each frame to the next, waits for a processor included. */
  readonly frames: readonly number[];
  /** Of all tasks of the page's thread, a frame being one, the longest time at work. */
  readonly longestAtWork: number;
}

function inWords({ frames }: Scrolled): string {
  return `${Math.max(...frames).toFixed(1)}, 99th percentile ${quantile(frames, 0.99).toFixed(1)} ms`;
}

/** A list of APPS rows by the wheel: down in steps of nine rows, up in steps of thirty-two. */
async function scroll(url: string, rate: number): Promise<Scrolled> {
  const chrome = await Chrome.start();
  try {
    const page = await chrome.openBare(url, rate);
    await page.until((tree) => (document.querySelector(tree)?.scrollHeight ?? 0) > 100_000, TREE);
    await page.pause(1500);
    const middle = await page.evaluate(
      z.object({ x: z.number(), y: z.number() }),
      (tree) => {
        const place = document.querySelector(tree)?.getBoundingClientRect() ?? new DOMRect();
        return { x: place.x + place.width / 2, y: place.y + place.height / 2 };
      },
      TREE,
    );
    await page.front();
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...middle });
    const wheel = async (): Promise<number[]> => {
      await page.evaluate(z.undefined(), watchFrames, undefined);
      for (let i = 0; i < SCROLLS; i++) {
        const deltaY = i % 60 < 50 ? 240 : -900;
        await page.send("Input.dispatchMouseEvent", { type: "mouseWheel", ...middle, deltaX: 0, deltaY });
      }
      return page.evaluate(z.array(z.number()), readTimes, undefined);
    };
    let frames: number[] = [];
    const tasks = await page.taskTimes(async () => {
      frames = await page.profiled(`scroll-${rate}`, wheel);
    });
    return { frames, longestAtWork: tasks.reduce((most, one) => Math.max(most, one), 0) };
  } finally {
    await chrome.close();
  }
}
