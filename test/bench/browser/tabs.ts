import { median, quantile } from "../row.ts";
import { type Chrome, memoryOf, THROTTLE } from "./chrome.ts";
import { atMost, type Figure } from "./figure.ts";
import { switchTab } from "./in-page.ts";
import { TAB, TERMINAL } from "./names.ts";
import { logBlock } from "./stream.ts";
import { cloudOfShells, World } from "./world.ts";

const TABS = 100;
const FILLED = 10;
const MIB = 1024 * 1024;
/** Complaint 8: a pane with 10,000 lines of scrollback. */
const MOST_MIB = 20;

/** A hundred shells: how long a tab takes to come to the front, and what each holds. */
export async function measureTabs(dist: URL, chrome: Chrome): Promise<Figure[]> {
  const world = await World.start(dist, cloudOfShells(TABS));
  try {
    const [plain, slow] = [await switches(world, chrome, 1), await switches(world, chrome, THROTTLE)];
    const restored = await held(world, chrome, { tabs: TABS, looked: 1 });
    const open = await held(world, chrome, { tabs: TABS, looked: TABS });
    world.snapshot = fullScrollback();
    const filled = await held(world, chrome, { tabs: TABS, looked: FILLED });
    world.snapshot = new TextEncoder().encode("ready\r\n$ ");
    return [
      {
        what: "100 tabs: a tab's first look, median",
        unit: "ms",
        value: median(plain.first),
        throttled: median(slow.first),
        beside: `95th percentile ${quantile(plain.first, 0.95).toFixed(0)} ms`,
      },
      {
        what: "100 tabs: switching, median",
        unit: "ms",
        value: median(plain.again),
        throttled: median(slow.again),
        beside: `95th percentile ${quantile(plain.again, 0.95).toFixed(0)} ms`,
      },
      { what: "100 tabs: memory of the page, restored", unit: "MiB", value: restored / MIB },
      { what: "memory of a tab looked at, empty", unit: "MiB", value: (open - restored) / (TABS - 1) / MIB },
      {
        what: "memory of a tab with 10,000 lines of scrollback",
        unit: "MiB",
        value: (filled - restored) / (FILLED - 1) / MIB,
        bound: atMost(MOST_MIB, "MiB"),
      },
    ];
  } finally {
    await world.close();
  }
}

async function switches(world: World, chrome: Chrome, rate: number): Promise<{ first: number[]; again: number[] }> {
  const opened = await chrome.open(rate);
  try {
    await opened.page.goto(world.url);
    await opened.page
      .locator(TAB)
      .nth(TABS - 1)
      .waitFor();
    const look = (index: number): Promise<number> =>
      opened.page.evaluate(switchTab, { tab: TAB, index, terminal: TERMINAL });
    const [first, again]: [number[], number[]] = [[], []];
    for (let i = 0; i < TABS; i++) first.push(await look(i));
    for (let i = 0; i < TABS; i++) again.push(await look((i * 37) % TABS));
    return { first: first.slice(1), again };
  } finally {
    await opened.close();
  }
}

/** Bytes that the page holds with so many tabs, of which some were looked at. */
async function held(world: World, chrome: Chrome, { tabs, looked }: { tabs: number; looked: number }): Promise<number> {
  const opened = await chrome.open();
  try {
    await opened.page.goto(world.url);
    await opened.page
      .locator(TAB)
      .nth(tabs - 1)
      .waitFor();
    for (let i = 0; i < looked; i++) {
      await opened.page.evaluate(switchTab, { tab: TAB, index: i, terminal: TERMINAL });
    }
    await opened.page.waitForTimeout(1000);
    return await memoryOf(opened);
  } finally {
    await opened.close();
  }
}

/** More lines than the scrollback keeps, and then a prompt. */
function fullScrollback(): Uint8Array {
  const block = Buffer.from(logBlock());
  return new Uint8Array(Buffer.concat([block, block, Buffer.from("ready\r\n$ ")]));
}
