import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { z } from "zod";
import { type Culvert, expect, test } from "./support/fixtures.ts";
import { stillness, THEMES, wear } from "./support/screens.ts";

/** The stats drawer and the status bar over the whole path: what they show was counted by the engine in a real tunnel. */

// A build machine with other work takes its time; nothing here is about time.
test.describe.configure({ timeout: 180_000 });

const parts = (page: Page): Locator => page.getByRole("tablist", { name: "Parts of the stats" }).getByRole("tab");
const part = (page: Page, name: string): Locator => parts(page).filter({ hasText: name });
const bar = (page: Page): Locator => page.getByRole("status", { name: "Tunnel", exact: true });
const events = (page: Page): Locator => page.getByRole("table", { name: "Events" });

async function openStats({ page }: Culvert): Promise<void> {
  await page.getByRole("button", { name: "Network stats" }).click();
  await expect(page.getByRole("heading", { name: "Network stats" })).toBeAttached();
}

test("charts are drawn when the drawer opens, and are a table and JSON as well", async ({ culvert, context }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openStats(culvert);
  for (const name of ["Rates", "Round-trip time", "Losses", "Handshake age"])
    await expect(page.getByRole("img", { name: new RegExp(`^${name}: `) })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Round-trip time: Round trip [\d.]+ ms/ })).toBeVisible();
  // Lines in the colours of the theme, not an empty canvas.
  await expect.poll(() => page.locator("canvas").first().evaluate(paintedPixels)).toBeGreaterThan(200);
  await page.getByRole("radio", { name: "Table" }).click();
  const table = page.getByRole("table", { name: "Figures of the last 5 min" });
  await expect(table.getByRole("row").nth(1)).toContainText(/\d ms/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as JSON" }).first().click();
  // The button says so for a moment only; what was copied stays.
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("tunnel");
  const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toMatchObject({
    tunnel: { state: "up", connections: [{ state: "established" }] },
  });
  // Between them a slow gateway may have been tried by another way.
  const { events: told } = z
    .object({ events: z.array(z.object({ facts: z.object({ kind: z.string() }) })) })
    .parse(copied);
  const wanted = ["tunnel-opened", "tunnel-up", "shell-opened"];
  expect(told.map(({ facts }) => facts.kind).filter((kind) => wanted.includes(kind))).toEqual(wanted);
});

test("a capture tells its file and its end, and does not show its folder", async ({ culvert, profile }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openStats(culvert);
  await part(page, "Events").click();
  await page.getByRole("button", { name: "Start capture" }).click();
  const capture = page.getByRole("region", { name: "Packet capture" });
  await expect(capture).toContainText(/culvert-.*\.pcapng/);
  await expect(bar(page).locator("..").getByRole("button", { name: "Capturing" })).toBeVisible();
  await page.getByRole("button", { name: "Stop capture" }).click();
  await expect(capture).toContainText("Opens in Wireshark.");
  for (const name of ["Capture started", "Capture ended"]) await expect(events(page)).toContainText(name);
  expect(await page.locator("body").textContent()).not.toContain(profile.path);
});

test("#22 the time-line tells of tunnel and shell, also to a page that is loaded anew", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openStats(culvert);
  await part(page, "Events").click();
  for (const name of ["Tunnel opened", "Tunnel up", "Shell opened"]) await expect(events(page)).toContainText(name);
  await culvert.terminal.click();
  await culvert.type("exit 3");
  await expect(events(page)).toContainText("exit 3");
  await page.getByRole("searchbox", { name: "Filter events" }).fill("exit 3");
  await expect(events(page).getByRole("row")).toHaveCount(2);
  await page.reload();
  await openStats(culvert);
  await part(page, "Events").click();
  await expect(events(page)).toContainText("exit 3");
});

test("#3 the status bar forces the WebSocket, the tunnel moves and says so", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await expect(bar(page)).toContainText("Tunnel up");
  // Where everything is slow the WebSocket may have been first by itself.
  await page.getByRole("button", { name: /^Carrier: / }).click();
  await page.getByRole("menuitemradio", { name: "Always UDP" }).click();
  await expect(bar(page)).toContainText("UDP only");
  await page.getByRole("button", { name: /^Carrier: UDP only/ }).click();
  await page.getByRole("menuitemradio", { name: "Always WebSocket" }).click();
  await expect(bar(page)).toContainText("WebSocket only");
  await culvert.terminal.click();
  await culvert.type("echo over-$((1+1))");
  await culvert.expectLine("over-2");
  await openStats(culvert);
  await part(page, "Events").click();
  await expect(events(page)).toContainText("Carrier switched");
  await page.getByRole("button", { name: /^Carrier: WebSocket only/ }).click();
  await page.getByRole("menuitemradio", { name: /^Automatic/ }).click();
  await expect(page.getByRole("button", { name: /^Carrier: (UDP|WebSocket)\./ })).toBeVisible();
});

test("connections have the names of their shells; one is looked at by keyboard alone", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.openShell("api");
  await openStats(culvert);
  await part(page, "Overview").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const table = page.getByRole("table", { name: "Connections" });
  await expect(table.getByRole("rowheader", { name: /^api · / })).toBeVisible();
  await expect(table.getByRole("rowheader", { name: /^web · / })).toBeVisible();
  await table
    .getByRole("columnheader", { name: /^Destination/ })
    .getByRole("button")
    .focus();
  await page.keyboard.press("Enter");
  await expect(table.getByRole("columnheader", { name: /^Destination/ })).toHaveAttribute("aria-sort", "ascending");
  await table.getByRole("rowheader").first().getByRole("button").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const details = page.getByRole("region", { name: /^Connection to web · / });
  await expect(details.getByText("established")).toBeVisible();
  await expect(details.getByText(/^\[fd.*\]:22$/)).toBeVisible();
});

test("connections that are wider than the drawer have a bar that says so, and can be scrolled with the keyboard", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openStats(culvert);
  await part(page, "Connections").click();
  const table = page.getByRole("group", { name: "Connections" });
  const bar = table.locator("xpath=..").locator("[data-orientation=horizontal]").first();
  await page.setViewportSize({ width: 2400, height: 800 });
  await expect(bar).toHaveCount(0);
  await page.setViewportSize({ width: 720, height: 800 });
  await expect(bar).toBeVisible();
  await expect(bar).toHaveCSS("opacity", "1");
  await table.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => table.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0);
  await expect(table.getByRole("rowheader").first()).toBeInViewport({ ratio: 1 });
});

test("every part at 720 pixels, in both themes: nothing is cut off, and axe finds nothing", async ({ culvert }) => {
  const { page } = culvert;
  const expectAccessible = async (region: string, where: string): Promise<void> => {
    for (const theme of THEMES) {
      await wear(page, theme);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(region).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        `${where}, ${theme}`,
      ).toEqual([]);
    }
  };
  await culvert.openShell("web");
  await page.setViewportSize({ width: 720, height: 800 });
  await openStats(culvert);
  for (const name of ["Overview", "Connections", "Events", "Peers"]) {
    await part(page, name).click();
    await expect(part(page, name)).toHaveAttribute("aria-selected", "true");
    const drawer = page.getByRole("region", { name: "Network stats" });
    expect(await cutOff(drawer.locator("header").first()), name).toEqual([]);
    await expectAccessible("[data-region=stats]", name);
  }
  expect(await cutOff(bar(page))).toEqual([]);
  await expectAccessible("[data-region=status]", "Status bar");
});

test("the drawer as it opens ends with its charts, and cuts nothing in the middle", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openStats(culvert);
  const panel = page.getByRole("tabpanel", { name: "Overview" });
  for (const width of [1280, 1024, 720]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(stillness);
    // Each is drawn as high as it may be, and what comes after the charts begins beyond the edge.
    expect(
      await panel.evaluate((element) => {
        const { bottom } = element.getBoundingClientRect();
        return [...element.querySelectorAll("dl, figure, canvas")]
          .map((part) => ({ name: part.tagName, box: part.getBoundingClientRect() }))
          .filter(({ box }) => box.top < bottom && box.bottom > bottom)
          .map(({ name }) => name);
      }),
      `${width} pixels`,
    ).toEqual([]);
    const charts = panel.locator("figure");
    await expect(charts).toHaveCount(4);
    for (const chart of await charts.all()) await expect(chart.locator("canvas")).toBeInViewport({ ratio: 0.98 });
    expect(await cutOff(panel.locator("dl").first()), `${width} pixels`).toEqual([]);
  }
});

/** What of this element's content is not in sight: its own text, or a child beyond its right edge. */
function cutOff(box: Locator): Promise<string[]> {
  return box.evaluate((element) => {
    const right = Math.min(element.getBoundingClientRect().right, window.innerWidth) + 1;
    return [...element.querySelectorAll("*")]
      .filter((child) => {
        const { width, right: end } = child.getBoundingClientRect();
        // Words for screen readers only are one pixel wide.
        if (width <= 1 || getComputedStyle(child).position === "absolute") return false;
        const hidden = child.scrollWidth > child.clientWidth + 1 && child.clientWidth > 0;
        return end > right || (hidden && getComputedStyle(child).overflowX !== "visible");
      })
      .map((child) => child.outerHTML.slice(0, 120));
  });
}

function paintedPixels(canvas: HTMLElement | SVGElement): number {
  if (!(canvas instanceof HTMLCanvasElement)) return 0;
  const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 0) painted++;
  return painted;
}
