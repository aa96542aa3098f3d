import type { Locator } from "@playwright/test";
import { WHOLE_CONFIG } from "./support/config-screens.ts";
import { expect, test } from "./support/fixtures.ts";
import { KEYS, NAMES } from "./support/names.ts";
import { stillness } from "./support/screens.ts";

/** What gives way where room is scarce, and what does not: many tabs, narrow windows, and 300 % zoom, which is 427 by 267. */

const ZOOMED = { width: 427, height: 267 } as const;

/** Whether all of a text is drawn, and not its beginning only. */
const isWhole = (text: Locator): Promise<boolean> =>
  text.evaluate((element) => element.getBoundingClientRect().width > 0 && element.scrollWidth <= element.clientWidth);

/** Whether it is inside what holds it, or wholly below it, where it is not seen. */
const isWholeOrAway = (part: Locator): Promise<boolean> =>
  part.evaluate((element) => {
    const holder = element.parentElement?.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    return holder !== undefined && (box.top >= holder.bottom || box.right <= holder.right + 0.1);
  });

/** Pixels from the end of a tab's name to the first of what stands behind it in the same line; undefined where nothing does. */
const gapBehind = (name: Locator): Promise<number | undefined> =>
  name.evaluate((element) => {
    const { right, bottom } = element.getBoundingClientRect();
    return [...(element.parentElement?.querySelectorAll("[data-part]") ?? [])]
      .map((part) => part.getBoundingClientRect())
      .filter(({ top }) => top < bottom - 2)
      .map(({ left }) => left - right)
      .sort((a, b) => a - b)[0];
  });

async function edges(part: Locator): Promise<{ top: number; bottom: number; left: number; right: number }> {
  const box = await part.boundingBox();
  if (box === null) throw new Error(`${part} has no box`);
  return { top: box.y, bottom: box.y + box.height, left: box.x, right: box.x + box.width };
}

test("many tabs keep the names of their apps, the one in front stays in sight, and the last leaves the focus to the apps", async ({
  culvert,
}) => {
  const { page, tabs } = culvert;
  const apps = ["api", "postgres", "vault", "web", "worker", "notes", "weather-bot", "api", "web"];
  for (const [index, app] of apps.entries()) {
    await culvert.app(app).click();
    await expect(tabs).toHaveCount(index + 1);
  }
  for (const tab of await tabs.all()) await expect(tab).toHaveAccessibleName(/, open/);
  for (const tab of await tabs.all()) {
    const name = tab.locator("bdi").first();
    // What stands beside it is whole or not there.
    const parts = tab.locator("[data-part]");
    await expect(parts).toHaveCount(2);
    for (const part of await parts.all()) expect(await isWholeOrAway(part), (await tab.textContent()) ?? "").toBe(true);
    // "weather-bot" is longer than a tab is sure to have.
    if ((await name.textContent()) !== "weather-bot")
      expect(await isWhole(name), (await tab.textContent()) ?? "").toBe(true);
  }

  // A little wider there is room for the region and none for the machine, which leaves no gap between name and region.
  await page.setViewportSize({ width: 2200, height: 800 });
  const gaps = await Promise.all((await tabs.all()).map((tab) => gapBehind(tab.locator("bdi").first())));
  expect(gaps.filter((gap) => gap !== undefined).length).toBeGreaterThan(4);
  for (const gap of gaps) expect(gap ?? 0).toBeLessThanOrEqual(1);
  await page.setViewportSize({ width: 1280, height: 800 });

  const strip = page.getByRole("tablist", { name: NAMES.tabs });
  await page.setViewportSize({ width: 720, height: 800 });
  const front = tabs.and(page.locator("[aria-selected=true]"));
  await expect
    .poll(async () => (await edges(front)).right - (await edges(strip)).right, { message: "beyond the strip" })
    .toBeLessThanOrEqual(1);

  await page.setViewportSize({ width: 1280, height: 800 });
  for (let left = apps.length; left > 0; left -= 1) {
    await tabs.and(page.locator("[aria-selected=true]")).locator("[data-close]").click();
    await expect(tabs).toHaveCount(left - 1);
  }
  await expect(culvert.tree).toBeFocused();
});

test("#16 at 300 % zoom the drawer shows the apps, a dialog its fields, and the stats more than their head", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.setViewportSize(ZOOMED);

  await page.getByRole("button", { name: "Sidebar" }).first().click();
  const drawer = page.getByRole("dialog", { name: NAMES.view.apps });
  await drawer.waitFor();
  await page.evaluate(stillness);
  const within = await edges(drawer);
  const tree = await edges(culvert.tree);
  // Two rows at least, and nothing of it runs across the status bar.
  expect(tree.bottom - tree.top).toBeGreaterThanOrEqual(56);
  expect(tree.bottom).toBeLessThanOrEqual(within.bottom);
  expect(await drawer.getByRole("navigation").evaluate((nav) => nav.scrollHeight - nav.clientHeight)).toBe(0);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: NAMES.accounts }).click();
  await page.getByRole("menuitem", { name: NAMES.importMenu }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.evaluate(stillness);
  // One thing scrolls, and it is the dialog.
  expect(await dialog.evaluate((popup) => popup.scrollHeight > popup.clientHeight)).toBe(true);
  const last = dialog.getByRole("button").last();
  await last.scrollIntoViewIfNeeded();
  expect((await edges(last)).bottom).toBeLessThanOrEqual((await edges(dialog)).bottom);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await culvert.terminal.locator(".xterm-screen").click();
  await culvert.hasKeyboard();
  await page.keyboard.press(KEYS.stats);
  const stats = page.getByRole("region", { name: NAMES.stats });
  await stats.getByRole("tab").first().waitFor();
  await page.evaluate(stillness);
  const { top, bottom } = await edges(stats);
  expect(bottom - top).toBeGreaterThan(190);
  // What is covered is not where the keyboard goes.
  await expect(culvert.terminal).toHaveCount(0);
  await expect.poll(() => stats.evaluate((part) => part.parentElement?.contains(document.activeElement))).toBe(true);
  await page.keyboard.press(KEYS.stats);
  await culvert.hasKeyboard();
});

test("#16 at 200 % zoom the stats begin with a whole chart, and with what steers it where there is room", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  const panel = page.getByRole("tabpanel", { name: "Overview" });
  const chart = panel.getByRole("figure").first();
  const isWithin = async (part: Locator): Promise<boolean> => {
    const [inner, outer] = [await edges(part), await edges(panel)];
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  };
  for (const [size, steered] of [
    [{ width: 640, height: 400 }, false],
    [{ width: 720, height: 450 }, true],
  ] as const) {
    await page.setViewportSize(size);
    await culvert.openStats();
    await expect.poll(() => isWithin(chart), { message: `a chart at ${size.width} pixels` }).toBe(true);
    expect(await isWithin(panel.getByRole("slider"))).toBe(steered);
    await culvert.closeStats();
  }
});

test("the figures of a chart stand in one row beside its title, which is whole", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.setViewportSize({ width: 720, height: 800 });
  await culvert.openStats();
  const captions = page.locator("figcaption");
  await expect(captions).toHaveCount(4);
  for (const caption of await captions.all()) {
    expect(await isWhole(caption.locator("span").first()), (await caption.textContent()) ?? "").toBe(true);
    const { top, bottom } = await edges(caption);
    expect(bottom - top, (await caption.textContent()) ?? "").toBeLessThan(24);
  }
});

test("a filter without a match leaves the card of the demo at the foot", async ({ culvert }) => {
  const { page } = culvert;
  // Machines come after the apps, and only to apps in sight: a filter knows the regions of those that came.
  await expect(culvert.app("notes").locator(".font-mono").first()).toHaveText(/^ams /);
  const card = page.getByRole("region", { name: "Try the demo" });
  const before = await edges(card);
  await page.getByRole("searchbox", { name: NAMES.filter }).fill("no such app");
  await expect(page.getByRole("treeitem")).toHaveCount(0);
  expect(await edges(card)).toEqual(before);
  await page.getByRole("searchbox", { name: NAMES.filter }).fill("notes ams");
  await expect(culvert.app("notes").locator("mark")).toHaveText(["notes", "ams"]);
});

test("a peer's address is whole where the table has room, and gives up its middle before the table has to scroll", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.view("peers");
  const address = page.getByRole("row").last().locator("[data-address]");
  const shownWhole = (): Promise<boolean> =>
    address.evaluate((element) => (element.querySelector("span")?.getBoundingClientRect().width ?? 0) > 8);
  await expect.poll(shownWhole).toBe(true);
  const whole = await address.getAttribute("title");
  // How long a name this computer has is its own affair: the window is made narrower until something has to give way.
  for (let width = 1280; (await shownWhole()) && width > 600; width -= 24) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(stillness);
  }
  expect(await shownWhole()).toBe(false);
  expect(
    await page.getByRole("group", { name: "WireGuard peers" }).evaluate((part) => part.scrollWidth - part.clientWidth),
  ).toBe(0);
  // Cut or whole, a selection has all of it.
  expect(
    await address.evaluate((element) => {
      getSelection()?.selectAllChildren(element);
      return getSelection()?.toString();
    }),
  ).toBe(whole);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(shownWhole).toBe(true);
});

test("#16 at 300 % zoom all of a row's menu can be reached, and a long name in its head is whole", async ({
  culvert,
}) => {
  const { page } = culvert;
  await page.getByRole("button", { name: NAMES.addNetwork }).click();
  await page.getByRole("menuitem", { name: NAMES.importMenu }).click();
  const label = "Head office, the second floor, behind the stairs, with a name as long as it may be";
  await page.getByLabel("Name").fill(label);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: NAMES.configText }).fill(WHOLE_CONFIG);
  await dialog.getByRole("button", { name: NAMES.importConfig }).click();
  await expect(dialog).toHaveCount(0);
  await page.setViewportSize(ZOOMED);
  await page.getByRole("button", { name: "Sidebar" }).first().click();
  const menu = page.getByRole("menu");
  for (const row of [culvert.app("notes"), culvert.tree.getByRole("treeitem", { name: label })]) {
    await row.first().scrollIntoViewIfNeeded();
    await row.first().click({ button: "right" });
    await page.evaluate(stillness);
    const { top, bottom, right } = await edges(menu);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThanOrEqual(ZOOMED.height);
    expect(right).toBeLessThanOrEqual(ZOOMED.width);
    const head = menu.locator("[title]").first();
    expect(await head.evaluate((part) => part.scrollHeight - part.clientHeight)).toBeLessThanOrEqual(1);
    await page.keyboard.press("End");
    await page.evaluate(stillness);
    expect((await edges(menu.getByRole("menuitem").last())).bottom).toBeLessThanOrEqual(bottom);
    await page.keyboard.press("Escape");
  }
});

test("#16 at 320 pixels the peers are lines that are read without scrolling sideways (WCAG 1.4.10)", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.view("peers");
  const row = page.getByRole("row").last();
  await expect(row.getByRole("cell")).toHaveCount(4);
  await page.setViewportSize({ width: 320, height: 256 });
  await page.evaluate(stillness);
  const table = page.getByRole("group", { name: "WireGuard peers" });
  expect(await table.evaluate((part) => part.scrollWidth - part.clientWidth)).toBe(0);
  const { left, right } = await edges(table);
  for (const part of await row.getByRole("cell").all()) {
    const box = await edges(part);
    expect(box.left).toBeGreaterThanOrEqual(left);
    expect(box.right).toBeLessThanOrEqual(right);
  }
  // All of its order can still be asked for, and its details come below.
  await page.getByRole("button", { name: "Last handshake" }).click();
  await row.locator("[data-peer]").click();
  const details = page.getByRole("region", { name: /^Details of / });
  await details.getByRole("button").last().scrollIntoViewIfNeeded();
  expect((await edges(details)).right).toBeLessThanOrEqual(320);
  expect(await page.getByRole("main").evaluate((part) => part.scrollWidth - part.clientWidth)).toBe(0);
});

test("#9 a host key's button stands in sight at 1280 pixels, with the whole fingerprint", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("weather-bot");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("tab", { name: "Security" }).click();
  const row = page.getByRole("row").filter({ hasText: ".vm.weather-bot.internal" });
  await expect(row).toBeVisible();
  const table = page.getByRole("group").filter({ has: row });
  const hidden = (): Promise<number> => table.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(await hidden()).toBe(0);
  // Where there is no room it scrolls, inside of the window.
  await page.setViewportSize({ width: 700, height: 800 });
  await expect.poll(hidden).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test("#12 neither a computer without a network nor a clipboard that is refused moves anything", async ({ culvert }) => {
  const { page } = culvert;
  await page.getByRole("button", { name: NAMES.addNetwork }).click();
  await page.getByRole("menuitem", { name: NAMES.importMenu }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("office");
  await dialog.getByRole("textbox", { name: NAMES.configText }).fill(WHOLE_CONFIG);
  await dialog.getByRole("button", { name: NAMES.importConfig }).click();
  await expect(dialog).toBeHidden();
  await culvert.openShell("web");
  const places = (): Promise<unknown> =>
    page.evaluate(() =>
      [...document.querySelectorAll("[role=tab], [data-testid=terminal], footer")].map((part) => {
        const { x, y, width, height } = part.getBoundingClientRect();
        return { x, y, width, height };
      }),
    );
  const network = (isOn: boolean): Promise<boolean> =>
    page.evaluate((on) => {
      Object.defineProperty(navigator, "onLine", { configurable: true, get: () => on });
      return window.dispatchEvent(new Event(on ? "online" : "offline"));
    }, isOn);
  const offline = page.getByText("This computer is offline.");
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(stillness);
    const before = await places();
    await network(false);
    await expect(offline).toBeVisible();
    expect(await places()).toEqual(before);
    await network(true);
    await expect(offline).toBeHidden();
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
  });
  await page.evaluate(stillness);
  const before = await places();
  await culvert.app("web").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy app name" }).click();
  await expect(page.getByRole("button", { name: "Copy again" })).toBeVisible();
  expect(await places()).toEqual(before);
});
