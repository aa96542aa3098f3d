import { median } from "../row.ts";
import { type Chrome, type OpenPage, THROTTLE } from "./chrome.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { readTimes, watchLongTasks } from "./in-page.ts";
import { TAB, TERMINAL } from "./names.ts";
import { cloudOfShells, World } from "./world.ts";

const MB = 1_000_000;
const BYTES = 50 * MB;
/** Slowed down, a fifth says the same. */
const SLOW_BYTES = 10 * MB;
const ROUNDS = 5;
const SHARE = 0.8;
const TEN = 10;
const STREAM_MS = 8000;
const LONGEST_TASK_MS = 50;

/** Fifty megabytes into one terminal, ours and xterm.js alone by turns in pages of one browser. */
export async function measureOutput(dist: URL, chrome: Chrome): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfShells(1));
  try {
    const plain = await contest(world, chrome, 1, BYTES);
    const slow = await contest(world, chrome, THROTTLE, SLOW_BYTES);
    return [
      {
        what: `${BYTES / MB} MB of output, of xterm.js alone`,
        unit: "times its rate",
        value: plain.ratio,
        throttled: slow.ratio,
        bound: atLeast(SHARE),
        beside: `${plain.ours.toFixed(1)} to ${plain.alone.toFixed(1)} MB/s; ×4 ${slow.ours.toFixed(1)} to ${slow.alone.toFixed(1)}`,
      },
    ];
  } finally {
    await world.close();
  }
}

async function contest(world: World, chrome: Chrome, rate: number, bytes: number) {
  const ours = await chrome.open(rate);
  const alone = await chrome.open(rate);
  try {
    await ours.page.goto(world.url);
    await ours.page.locator(TERMINAL).first().waitFor();
    const stream = await world.streamOf("shell-0");
    await ours.page.waitForTimeout(1000);
    const webgl = (await ours.page.locator(`${TERMINAL} canvas`).count()) > 0;
    const { columns, rows } = world.size;
    await alone.page.goto(`${world.origin}/alone?columns=${columns}&rows=${rows}&webgl=${webgl}`);
    await alone.page.waitForFunction(() => typeof window.pour === "function");
    const rates = { ours: [] as number[], alone: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      await ours.page.bringToFront();
      const startedAt = performance.now();
      await stream.pour(bytes);
      const oursMs = performance.now() - startedAt;
      await alone.page.bringToFront();
      const aloneMs = await alone.page.evaluate((count) => window.pour(count), bytes);
      // The first round warms both up.
      if (round === 0) continue;
      rates.ours.push(bytes / 1000 / oursMs);
      rates.alone.push(bytes / 1000 / aloneMs);
      console.error(
        `  output ×${rate}, round ${round}: ${rates.ours.at(-1)?.toFixed(1)} of ${rates.alone.at(-1)?.toFixed(1)} MB/s`,
      );
    }
    const ratios = rates.ours.map((value, i) => value / (rates.alone[i] ?? Number.NaN));
    return { ratio: median(ratios), ours: median(rates.ours), alone: median(rates.alone) };
  } finally {
    await ours.close();
    await alone.close();
  }
}

/** Ten shells write as fast as they may: how long the page is ever deaf. */
export async function measureStreams(dist: URL, chrome: Chrome): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfShells(TEN));
  try {
    const [plain, slow] = [await tenStreams(world, chrome, 1), await tenStreams(world, chrome, THROTTLE)];
    return [
      {
        what: "ten terminals stream: longest task",
        unit: "ms",
        value: Math.max(0, ...plain.tasks),
        throttled: Math.max(0, ...slow.tasks),
        bound: atMost(LONGEST_TASK_MS, "ms"),
        beside: `${plain.tasks.length} tasks over 50 ms in ${STREAM_MS / 1000} s, ×4 ${slow.tasks.length}`,
      },
    ];
  } finally {
    await world.close();
  }
}

async function tenStreams(world: World, chrome: Chrome, rate: number): Promise<{ tasks: number[] }> {
  const opened = await chrome.open(rate);
  try {
    await showAll(opened, world.url, TEN);
    const streams = await Promise.all(Array.from({ length: TEN }, (_, i) => world.streamOf(`shell-${i}`)));
    // V8 first compiles what runs often; that is the start's business.
    for (const stream of streams) void stream.pour(Infinity);
    await opened.page.waitForTimeout(2000);
    await opened.page.evaluate(watchLongTasks);
    await opened.page.waitForTimeout(STREAM_MS);
    const tasks = await opened.page.evaluate(readTimes);
    for (const stream of streams) stream.stop();
    return { tasks };
  } finally {
    await opened.close();
  }
}

/** Opens the page and looks at each tab once, so that each has its terminal. */
async function showAll({ page }: OpenPage, url: string, count: number): Promise<void> {
  await page.goto(url);
  await page
    .locator(TAB)
    .nth(count - 1)
    .waitFor();
  for (let i = 0; i < count; i++) {
    await page.locator(TAB).nth(i).click();
    await page.locator(TERMINAL).filter({ visible: true }).locator(".xterm-screen").waitFor();
    await page.waitForTimeout(100);
  }
}
