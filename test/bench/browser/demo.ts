import { quantile } from "../row.ts";
import { type Chrome, mainThreadMs, type OpenPage, processSeconds, THROTTLE } from "./chrome.ts";
import type { DemoServer } from "./demo-server.ts";
import { below, type Figure } from "./figure.ts";
import { readTimes, watchKeys } from "./in-page.ts";
import { ROW, TERMINAL } from "./names.ts";

const KEYS = 100;
const TABS = 10;
const IDLE_MS = 120_000;
/**
 * V8 collects what opening ten shells left behind once things are quiet, in the page and in each thread of the host: some 0.2
 * to 0.5 s in all, in the first minute or so. That is the cost of opening them, and over by then; the cursor in front stands still.
 */
const SETTLED_MS = 90_000;
/** A blank page has nothing to settle. */
const BLANK_MS = 15_000;

/** From a key to the frame that shows its echo, through page, host, engine, tunnel, SSH and back. */
export async function measureTyping(chrome: Chrome, demo: DemoServer): Promise<Figure[]> {
  const [plain, slow] = [await typing(chrome, demo, 1), await typing(chrome, demo, THROTTLE)];
  return [
    {
      what: "typing to painted echo, median",
      unit: "ms",
      value: quantile(plain.times, 0.5),
      throttled: quantile(slow.times, 0.5),
      beside: `${plain.threadMs.toFixed(1)} ms of the page's thread, ${slow.threadMs.toFixed(1)}`,
    },
    {
      what: "typing to painted echo, 95th percentile",
      unit: "ms",
      value: quantile(plain.times, 0.95),
      throttled: quantile(slow.times, 0.95),
    },
  ];
}

/** `threadMs` is for each key: processor time, which does not count what else the machine does. */
async function typing(chrome: Chrome, demo: DemoServer, rate: number): Promise<{ times: number[]; threadMs: number }> {
  const opened = await chrome.open(rate);
  try {
    await opened.page.goto(await demo.address());
    await openShell(opened, 1);
    await opened.page.locator(TERMINAL).filter({ visible: true }).locator(".xterm-screen").click();
    await opened.page.evaluate(watchKeys, { within: `${TERMINAL} .xterm-rows`, deep: true });
    const all = await mainThreadMs(opened, async () => {
      for (let i = 0; i < KEYS; i++) {
        await opened.page.keyboard.press(i % 40 === 39 ? "Control+u" : "x");
        await opened.page.waitForTimeout(330 + (i % 16));
      }
      await opened.page.waitForTimeout(400);
    });
    const times = await opened.page.evaluate(readTimes);
    await closeShells(opened);
    return { times, threadMs: all / KEYS };
  } finally {
    await opened.close();
  }
}

/** Shares of a core that the browser, and the host with its engine and demo cloud, take while nobody does anything. */
async function idleShares(
  { page }: OpenPage,
  chrome: Chrome,
  demo: DemoServer,
  settledMs: number,
): Promise<{ page: number; host: number }> {
  await page.waitForTimeout(settledMs);
  const before = { page: await chrome.cpuSeconds(), host: processSeconds(demo.pid), at: performance.now() };
  await page.waitForTimeout(IDLE_MS);
  const seconds = (performance.now() - before.at) / 1000;
  return {
    page: ((await chrome.cpuSeconds()) - before.page) / seconds,
    host: (processSeconds(demo.pid) - before.host) / seconds,
  };
}

/** Ten shells that nobody touches, and beside them what the same browser takes for a blank page before. */
export async function measureIdle(chrome: Chrome, demo: DemoServer): Promise<Figure[]> {
  const opened = await chrome.open();
  try {
    await opened.page.goto("about:blank");
    const blank = await idleShares(opened, chrome, demo, BLANK_MS);
    await opened.page.goto(await demo.address());
    for (let i = 1; i <= TABS; i++) await openShell(opened, i);
    const { page, host } = await idleShares(opened, chrome, demo, SETTLED_MS);
    return [
      {
        what: "idle with ten tabs: processor time, browser and host",
        unit: "% of a core",
        value: (page + host) * 100,
        bound: below(1, "%"),
        beside: [
          `browser ${(page * 100).toFixed(2)}, host ${(host * 100).toFixed(2)} %, ${IDLE_MS / 1000} s`,
          `the same browser with a blank page ${(blank.page * 100).toFixed(2)} %`,
        ].join("; "),
      },
    ];
  } finally {
    await opened.close();
  }
}

/** Another shell of the app that runs; resolves when so many terminals have a prompt. */
async function openShell({ page }: OpenPage, count: number): Promise<void> {
  await page.locator(ROW, { hasText: "web" }).first().click();
  await page.waitForFunction(
    ({ terminal, wanted }) =>
      [...document.querySelectorAll(terminal)].filter((one) => (one.textContent ?? "").includes("#")).length >= wanted,
    { terminal: `${TERMINAL} .xterm-rows`, wanted: count },
  );
}

/** The next page of this demo finds no shells. */
async function closeShells({ page }: OpenPage): Promise<void> {
  await page.keyboard.press("Control+u");
  await page.keyboard.type("exit\n");
  await page
    .getByText(/^Ended/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
}
