import { z } from "zod";
import { median, medianRatio, quantile } from "../row.ts";
import type { BarePage } from "./bare-page.ts";
import { type Chrome, THROTTLE } from "./chrome.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import { readTimes, watchLongTasks } from "./in-page.ts";
import { TERMINAL } from "./names.ts";
import { showTabs } from "./show-tabs.ts";
import { cloudOfShells, World } from "./world.ts";

const MB = 1_000_000;
/** Many short rounds: what else the machine does in a long one is nowhere in the next. */
const BYTES = 10 * MB;
/** Slowed down, a third says the same. */
const SLOW_BYTES = 3.5 * MB;
/** Even, so that each page is as often the first of a pair. */
const ROUNDS = 12;
const SHARE = 0.8;
const TEN = 10;
const STREAM_MS = 8000;
const LONGEST_TASK_MS = 50;
const nothing = z.undefined();
const times = z.array(z.number());

/** Output into one terminal, ours and xterm.js alone by turns in pages of one browser. */
export async function measureOutput(dist: URL, chrome: Chrome): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfShells(1));
  try {
    const plain = await contest(world, chrome, 1, BYTES);
    const slow = await contest(world, chrome, THROTTLE, SLOW_BYTES);
    return [
      {
        what: `${(ROUNDS * BYTES) / MB} MB of output, of xterm.js alone`,
        unit: "times its rate",
        value: median(plain.ratios),
        throttled: median(slow.ratios),
        bound: atLeast(SHARE),
        beside: `${words(plain)}; ×4 ${words(slow)}`,
      },
    ];
  } finally {
    await world.close();
  }
}

function words({ ratios, ours, alone }: Contest): string {
  const both = (key: keyof Side): string => `${median(ours[key]).toFixed(1)} to ${median(alone[key]).toFixed(1)}`;
  const [low, high] = [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  const [least, most] = [Math.min(...ratios).toFixed(2), Math.max(...ratios).toFixed(2)];
  const spread = `half of the ${ratios.length} pairs ${low} to ${high}, all ${least} to ${most}`;
  const thread = `${both("threadMs")} ms of the page's thread per MB (${medianRatio(alone.threadMs, ours.threadMs).toFixed(2)})`;
  return `${spread}; ${both("rates")} MB/s; ${thread}`;
}

interface Side {
  readonly rates: number[];
  /** Milliseconds of the page's own thread for each MB. */
  readonly threadMs: number[];
}

interface Contest {
  /** Of each pair of rounds, one behind the other: our rate of that of xterm.js. */
  readonly ratios: readonly number[];
  readonly ours: Side;
  readonly alone: Side;
}

async function contest(world: World, chrome: Chrome, rate: number, bytes: number): Promise<Contest> {
  const ours = await chrome.openBare(world.url, rate);
  let alone: BarePage | undefined;
  try {
    await ours.until((selector) => document.querySelector(selector) !== null, `${TERMINAL} .xterm-screen`);
    const stream = await world.streamOf("shell-0");
    await ours.pause(1000);
    const webgl = await ours.evaluate(
      z.boolean(),
      (selector) => document.querySelector(selector) !== null,
      `${TERMINAL} canvas`,
    );
    const { columns, rows } = world.size;
    alone = await chrome.openBare(`${world.origin}/alone?columns=${columns}&rows=${rows}&webgl=${webgl}`, rate);
    await alone.until(() => typeof window.pour === "function", undefined);
    const lone = alone;
    const oursSide: Side = { rates: [], threadMs: [] };
    const aloneSide: Side = { rates: [], threadMs: [] };
    const round = {
      ours: (side?: Side) => timed(ours, `output-ours-${rate}`, bytes, side, () => stream.pour(bytes)),
      alone: (side?: Side) =>
        timed(lone, `output-alone-${rate}`, bytes, side, () =>
          lone.evaluate(z.number(), (count) => window.pour(count), bytes),
        ),
    };
    // Warms both up.
    for (let i = 0; i < 2; i++) {
      await round.ours();
      await round.alone();
    }
    for (let i = 0; i < ROUNDS; i++) {
      // A B, B A: what slows down or gets quicker all the time is no gain of the one that always comes first.
      if (i % 2 === 0) await round.ours(oursSide);
      await round.alone(aloneSide);
      if (i % 2 === 1) await round.ours(oursSide);
    }
    const ratios = oursSide.rates.map((value, i) => value / (aloneSide.rates[i] ?? Number.NaN));
    return { ratios, ours: oursSide, alone: aloneSide };
  } finally {
    await ours.close();
    await alone?.close();
  }
}

async function timed(page: BarePage, name: string, bytes: number, side: Side | undefined, run: () => Promise<unknown>) {
  await page.front();
  const before = await page.threadMs();
  const startedAt = performance.now();
  await (side === undefined ? run() : page.profiled(name, run));
  const rate = bytes / 1000 / (performance.now() - startedAt);
  const threadMs = (((await page.threadMs()) - before) * MB) / bytes;
  console.error(`  ${name}: ${rate.toFixed(1)} MB/s, ${threadMs.toFixed(1)} ms of the thread per MB`);
  side?.rates.push(rate);
  side?.threadMs.push(threadMs);
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
        beside: `${tasksInWords(plain)}; ×4 ${tasksInWords(slow)}`,
      },
    ];
  } finally {
    await world.close();
  }
}

interface Tasks {
  /** Milliseconds that those over 50 ms lasted. */
  readonly tasks: readonly number[];
  /** Of all tasks, the longest time at work. */
  readonly longestAtWork: number;
}

function tasksInWords({ tasks, longestAtWork }: Tasks): string {
  return `${tasks.length} tasks over 50 ms in ${STREAM_MS / 1000} s, none at work for more than ${longestAtWork.toFixed(0)}`;
}

async function tenStreams(world: World, chrome: Chrome, rate: number): Promise<Tasks> {
  const page = await chrome.openBare(world.url, rate);
  try {
    await showTabs(page, TEN);
    const streams = await Promise.all(Array.from({ length: TEN }, (_, i) => world.streamOf(`shell-${i}`)));
    // V8 first compiles what runs often; that is the start's business.
    for (const stream of streams) void stream.pour(Infinity);
    await page.pause(2000);
    await page.evaluate(nothing, watchLongTasks, undefined);
    const atWork = await page.taskTimes(() => page.profiled(`streams-${rate}`, () => page.pause(STREAM_MS)));
    const tasks = await page.evaluate(times, readTimes, undefined);
    for (const stream of streams) stream.stop();
    return { tasks, longestAtWork: atWork.reduce((most, one) => Math.max(most, one), 0) };
  } finally {
    await page.close();
  }
}
