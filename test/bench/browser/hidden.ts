import { median } from "../row.ts";
import type { BarePage } from "./bare-page.ts";
import { type Chrome, THROTTLE } from "./chrome.ts";
import { atMost, type Figure } from "./figure.ts";
import { showTabs } from "./show-tabs.ts";
import type { Stream } from "./stream.ts";
import { cloudOfShells, World } from "./world.ts";

const SHELLS = 10;
const ROUNDS = 5;
const ROUND_MS = 1500;
/** For all hidden ones together, of the page's thread: what is seen and typed has the rest. */
const MOST_PERCENT = 35;

interface Round {
  /** Percent of the page's thread. */
  readonly shares: number[];
  /** Of output, megabytes a second. */
  readonly rates: number[];
}

/** Shells that write without end in tabs that are not in front: what they take of the page's thread, with nothing else to do. */
export async function measureHidden(dist: URL, chrome: Chrome): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfShells(SHELLS));
  try {
    const [plain, slow] = [await contest(world, chrome, 1), await contest(world, chrome, THROTTLE)];
    const figure = (what: string, of: "one" | "nine"): Figure => ({
      what,
      unit: "%",
      value: median(plain[of].shares),
      throttled: median(slow[of].shares),
      bound: atMost(MOST_PERCENT, "%"),
      beside: `${words(plain[of], plain.shown)}; ×4 ${words(slow[of], slow.shown)}`,
    });
    return [
      figure("one hidden terminal streams: the page's thread", "one"),
      figure("nine hidden terminals stream: the page's thread", "nine"),
    ];
  } finally {
    await world.close();
  }
}

function words(hidden: Round, shown: Round): string {
  return `${rate(hidden)} MB/s; one in front ${median(shown.shares).toFixed(0)} %, ${rate(shown)} MB/s`;
}

function rate({ rates }: Round): string {
  return median(rates).toFixed(1);
}

async function contest(world: World, chrome: Chrome, rate: number): Promise<Record<"shown" | "one" | "nine", Round>> {
  const page = await chrome.openBare(world.url, rate);
  try {
    await showTabs(page, SHELLS);
    const streams = await Promise.all(Array.from({ length: SHELLS }, (_, i) => world.streamOf(`shell-${i}`)));
    const shells = { shown: streams.slice(-1), one: streams.slice(0, 1), nine: streams.slice(0, -1) };
    const rounds = { shown: empty(), one: empty(), nine: empty() };
    const names = ["shown", "one", "nine"] as const;
    for (const name of names) await pour(page, shells[name], empty(), `${name}-warm`);
    for (let i = 0; i < ROUNDS; i++) {
      for (const name of names) await pour(page, shells[name], rounds[name], `hidden-${name}-${rate}`);
    }
    return rounds;
  } finally {
    await page.close();
  }
}

function empty(): Round {
  return { shares: [], rates: [] };
}

async function pour(page: BarePage, streams: readonly Stream[], round: Round, name: string): Promise<void> {
  const poured = (): number => streams.reduce((sum, stream) => sum + stream.poured, 0);
  const over = streams.map((stream) => stream.pour(Number.POSITIVE_INFINITY));
  // So that what is measured is the going on, not the start.
  await page.pause(300);
  const [startedAt, before, from] = [performance.now(), await page.threadMs(), poured()];
  await page.profiled(name, () => page.pause(ROUND_MS));
  const [used, bytes, ms] = [(await page.threadMs()) - before, poured() - from, performance.now() - startedAt];
  for (const stream of streams) stream.stop();
  await Promise.all(over);
  round.shares.push((100 * used) / ms);
  round.rates.push(bytes / 1000 / ms);
  console.error(`  ${name}: ${((100 * used) / ms).toFixed(0)} % of the thread, ${(bytes / 1000 / ms).toFixed(1)} MB/s`);
}
