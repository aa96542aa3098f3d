import type { Locator } from "@playwright/test";
import { expect, OFTEN, test } from "./support/fixtures.ts";
import { stillness } from "./support/screens.ts";

/** The frame around the shells: views, sidebar, peers, settings, links, and windows with little room. */

test("#12 a shell goes on while other views are looked at, and keeps its size", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.type("stty size; echo before-$((1+1))");
  await culvert.expectLine("before-2");
  const size = (await culvert.lines()).find((line) => /^\d+ \d+$/.test(line));
  await culvert.type("sleep 1; echo behind-$((2+2))");
  await page.getByRole("button", { name: "Peers", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Peers" })).toBeVisible();
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Apps", exact: true }).click();
  await culvert.expectLine("behind-4");
  await culvert.terminal.locator(".xterm-screen").click();
  await culvert.type("clear; stty size; echo cleared-$((3+3))");
  await culvert.expectLine("cleared-6");
  expect(await culvert.lines()).toContain(size);
});

test("the machine used last is opened again, and a pinned app stands on top", async ({ culvert }) => {
  const { page } = culvert;
  // Its machines come after its name, and the menu has what is known when it opens.
  await expect(culvert.app("web").locator(".font-mono").first()).toHaveText(/^[a-z]{3} /);
  await culvert.app("web").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Open shell on a machine…" }).click();
  const picker = page.getByRole("dialog", { name: "Open a shell on web" });
  const second = picker.getByRole("button", { name: /running/ }).nth(1);
  const machine = await second.getAttribute("data-machine");
  await second.click();
  await culvert.shellReady();
  await culvert.app("web").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Pin", exact: true }).click();
  await expect(culvert.tree.getByRole("treeitem").first()).toHaveAccessibleName("Pinned");
  await culvert.app("web").first().click();
  await expect(culvert.tabs).toHaveCount(2);
  await culvert.shellReady();
  await culvert.app("web").first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Open shell on a machine…" }).click();
  await expect(picker.getByRole("button").filter({ hasText: "used last" })).toHaveAttribute(
    "data-machine",
    machine ?? "",
  );
});

test("peers: this computer's is found, shown with its tunnel, and given a new key", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.getByRole("button", { name: "Peers", exact: true }).click();
  const own = page.getByRole("row").filter({ hasText: "This computer" }).locator("[data-peer]");
  const before = (await own.textContent()) ?? "";
  await own.click();
  const details = page.getByRole("region", { name: `Details of ${before}` });
  await expect(details.getByText("Tunnel up")).toBeVisible();
  await details.getByRole("button", { name: "Rotate key…" }).click();
  await page.getByRole("button", { name: "Rotate key", exact: true }).click();
  await expect(own).not.toHaveText(before);
  await expect(page.getByRole("row").filter({ hasText: before })).toHaveCount(0);
});

test("peers: one is removed only after its name was typed", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.getByRole("button", { name: "Peers", exact: true }).click();
  const own = page.getByRole("row").filter({ hasText: "This computer" }).locator("[data-peer]");
  const name = (await own.textContent()) ?? "";
  await own.click();
  await page.getByRole("button", { name: `Remove ${name}` }).click();
  const confirm = page.getByRole("button", { name: "Remove peer" });
  await expect(confirm).toBeDisabled();
  await page.getByLabel(`Type ${name} to go on`).fill(name);
  await confirm.click();
  await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
});

test("#9 #10 settings: searched, kept over a reload, reset; where secrets and host keys are", async ({
  culvert,
  profile,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search settings" }).fill("rows height");
  await page.getByRole("radio", { name: "Comfortable" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-density", "comfortable");
  await expect.poll(() => profile.settings, { intervals: OFTEN }).toContain('"comfortable"');
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-density", "comfortable");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("button", { name: "Reset Density" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
  await page.getByRole("tab", { name: "Security" }).click();
  await expect(page.getByText("File, not sealed")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: ".vm.web.internal" })).toHaveCount(1);
});

test("a link in the address opens a shell only after it was agreed to", async ({ culvert, server }) => {
  const { page } = culvert;
  const row = (await culvert.app("web").getAttribute("data-row")) ?? "";
  await page.goto(`${server.origin}/#/app/${row.split("/").at(-2)}/web`);
  await expect(page.getByRole("dialog", { name: "Open a shell?" })).toBeVisible();
  await expect(culvert.tabs).toHaveCount(0);
  await page.getByRole("dialog").getByRole("button", { name: "Open shell" }).click();
  await culvert.shellReady();
  expect(new URL(page.url()).hash).toBe("");
});

test.describe("little room", () => {
  for (const width of [320, 427, 720]) {
    test(`at ${width} pixels nothing is cut off, and the apps come as a drawer`, async ({ culvert }) => {
      const { page } = culvert;
      await page.setViewportSize({ width, height: 640 });
      await page.getByRole("button", { name: "Sidebar" }).first().click();
      await culvert.app("web").click();
      await expect(culvert.terminal.locator(".xterm-rows")).toContainText("root@web");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      for (const view of ["Apps", "Peers", "Settings"]) {
        await page.getByRole("button", { name: view, exact: true }).click();
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await page.evaluate(stillness);
        const beyond = await page.evaluate(outside);
        expect(beyond, view).toEqual([]);
      }
    });
  }
});

/** Controls that reach beyond the window and lie in nothing that scrolls. */
function outside(): string[] {
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    (/(auto|scroll)/.test(getComputedStyle(element).overflowX + getComputedStyle(element).overflowY) ||
      scrolls(element.parentElement));
  return [...document.querySelectorAll("button, input, a, [role=tab], h2")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < -1 || right > innerWidth + 1) && !scrolls(element.parentElement);
    })
    .map((element) => element.getAttribute("aria-label") ?? element.textContent ?? element.tagName);
}

test("shapes of states and chevrons are there when the system chooses the colours", async ({ culvert }) => {
  const { page } = culvert;
  const inks = () =>
    culvert.app("web").evaluate((row) =>
      [...row.querySelectorAll(".drawn-chevron, .drawn-disc, .drawn-ring")].map((shape) => {
        const ground = getComputedStyle(shape).backgroundImage;
        return { isDrawn: ground.includes("gradient"), isText: ground.includes(getComputedStyle(row).color) };
      }),
    );
  const drawn = { isDrawn: true, isText: false };
  expect(await inks()).toEqual([drawn, drawn]);
  await page.emulateMedia({ forcedColors: "active" });
  const forced = { isDrawn: true, isText: true };
  expect(await inks()).toEqual([forced, forced]);
});

test("from right to left a closed row's chevron points left, an open one's down", async ({ culvert }) => {
  const { page } = culvert;
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  const turned = (of: Locator) =>
    of.locator(".drawn-chevron").evaluate((shape) => {
      const { rotate, scale } = getComputedStyle(shape);
      return { rotate, scale };
    });
  const organization = page.getByRole("treeitem", { expanded: true }).first();
  expect(await turned(culvert.app("web"))).toEqual({ rotate: "none", scale: "-1 1" });
  await expect.poll(() => turned(organization)).toEqual({ rotate: "90deg", scale: "none" });
});

test("from right to left an English sentence ends at its full stop, and stands at the right", async ({ culvert }) => {
  const { page } = culvert;
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  /** Pixels from the first to the last letter of a text, to the right; and from each to its element's side. */
  const ends = (of: Locator) =>
    of.evaluate((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
      const at = (text: Text | undefined, from: number): DOMRect => {
        const range = document.createRange();
        if (text === undefined) throw new Error("no text");
        range.setStart(text, from);
        range.setEnd(text, from + 1);
        return range.getBoundingClientRect();
      };
      const last = at(texts.at(-1), (texts.at(-1)?.length ?? 1) - 1);
      const first = at(texts[0], 0);
      const box = element.getBoundingClientRect();
      return { forward: last.right - first.left, gap: box.right - last.right, indent: first.left - box.left };
    });
  expect((await ends(page.getByText("Search or run a command…"))).forward).toBeGreaterThan(50);
  await culvert.openShell("web");
  await culvert.view("peers");
  const sentence = await ends(page.getByText(/^Each computer reaches .*\.$/));
  expect(sentence.forward).toBeGreaterThan(50);
  expect(sentence.gap).toBeLessThan(1);
  expect((await ends(page.getByRole("cell", { name: / ago$/ }))).forward).toBeGreaterThan(10);
  // A shell's own text is not the page's to turn.
  await culvert.view("apps");
  const row = culvert.terminal.locator(".xterm-rows > div").filter({ hasText: "root@web" });
  expect((await ends(row)).indent).toBeLessThan(1);
});

test("from right to left what is read from left to right stays so: figures, charts, a terminal's sample; a switch stays in its frame", async ({
  culvert,
}) => {
  const { page } = culvert;
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  /** Left and right end of an element, or of the text in it. */
  const ends = (of: Locator, text = false) =>
    of.evaluate((element, ofText) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      const { left, right } = (ofText ? range : element).getBoundingClientRect();
      return { left, right };
    }, text);
  await culvert.openShell("web");
  const bar = page.getByRole("status", { name: "Tunnel" });
  const rate = bar.locator("bdi").filter({ has: page.locator("svg.lucide-arrow-down") });
  const arrow = await ends(rate.locator("svg"));
  const figure = await ends(rate.locator("span").filter({ hasNot: page.locator("svg") }), true);
  expect(figure.left - arrow.right).toBeLessThan(5);
  await culvert.openStats();
  // The canvas writes "20 ms" in the direction of its element, and the time runs as in the charts.
  const ways = await page
    .locator("canvas, input[type=range]")
    .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).direction));
  expect(ways).toEqual(["ltr", "ltr", "ltr", "ltr", "ltr"]);
  await culvert.openSettings("Terminal");
  const sample = page.locator("figure pre");
  expect((await ends(sample.locator("span").first())).left - (await ends(sample)).left).toBeLessThan(20);
  const toggle = page.getByRole("switch", { name: "Blinking cursor" });
  await expect(toggle).toBeChecked();
  const [frame, thumb] = [await ends(toggle), await ends(toggle.locator("span"))];
  expect(thumb.left).toBeGreaterThan(frame.left);
  expect(thumb.right).toBeLessThan(frame.right);
});
