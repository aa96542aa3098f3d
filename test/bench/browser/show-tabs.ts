import { z } from "zod";
import type { BarePage } from "./bare-page.ts";
import { TAB, TERMINAL } from "./names.ts";

const nothing = z.undefined();

/** Looks at each tab once, so that each has its terminal. */
export async function showTabs(page: BarePage, count: number): Promise<void> {
  await page.until(({ tab, wanted }) => document.querySelectorAll(tab).length >= wanted, { tab: TAB, wanted: count });
  for (let index = 0; index < count; index++) {
    await page.evaluate(nothing, ({ tab, i }) => document.querySelectorAll<HTMLElement>(tab)[i]?.click(), {
      tab: TAB,
      i: index,
    });
    await page.until(
      ({ terminal, shown }) =>
        [...document.querySelectorAll(terminal)].filter((one) => one.querySelector(".xterm-screen") !== null).length >=
        shown,
      { terminal: TERMINAL, shown: index + 1 },
    );
    await page.pause(100);
  }
}
