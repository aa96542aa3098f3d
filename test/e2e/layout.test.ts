import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { Culvert, expect, OFTEN, Server, test } from "./support/fixtures.ts";

/** Tabs, panes, and what of them is there after a reload, a crash or a restart. */

/** The panes of the tab in front, in reading order. */
function panes(page: Page): Locator {
  return page.locator("[data-pane]").filter({ visible: true });
}

async function rows(pane: Locator): Promise<string> {
  const texts = await pane.locator(".xterm-rows > div").allTextContents();
  return texts.map((row) => row.replaceAll("\u00a0", " ").trimEnd()).join("\n");
}

const shows = (pane: Locator, wanted: RegExp): Promise<void> =>
  expect.poll(() => rows(pane), { intervals: OFTEN }).toMatch(wanted);
/** How many panes the kept layout has, once all of their shells have a name in it. */
function keptPanes(profile: string): number {
  const path = join(profile, "layout.json");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  return [...text.matchAll(/"sessionId":"[^"]/g)].length;
}

const PROMPT = /root@\S+ .*#\s*$/;

/** Another shell beside the focused one, once it has a prompt; by the keys that a person would press. */
async function split(page: Page, keys: "Control+Shift+D" | "Control+Shift+E"): Promise<Locator> {
  const before = await panes(page).evaluateAll((all) => all.map((one) => one.getAttribute("data-pane")));
  await page.keyboard.press(keys);
  await expect(panes(page)).toHaveCount(before.length + 1);
  const focused = panes(page).filter({ has: page.locator(".xterm.focus") });
  await expect.poll(async () => before.includes(await focused.getAttribute("data-pane"))).toBe(false);
  await shows(focused, PROMPT);
  return focused;
}

test("panes split, take the keyboard in turn, zoom and close, and none of them starts anew", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("api");
  await culvert.type("echo first-$((1+1))");
  await shows(panes(page), /first-2/);
  await split(page, "Control+Shift+D");
  await page.keyboard.type("echo second-$((2+2))\n");
  await shows(panes(page).nth(1), /second-4/);
  await split(page, "Control+Shift+E");
  await expect(panes(page)).toHaveCount(3);
  await shows(panes(page).nth(0), /first-2/);
  await shows(panes(page).nth(1), /second-4/);
  await panes(page).nth(1).getByRole("button", { name: "Zoom this pane" }).click();
  await expect(panes(page)).toHaveCount(1);
  await shows(panes(page), /second-4/);
  await culvert.type("echo zoomed");
  await shows(panes(page), /^zoomed$/m);
  await panes(page).getByRole("button", { name: "Show all panes" }).click();
  await expect(panes(page)).toHaveCount(3);
  await panes(page).nth(2).getByRole("button", { name: "Close pane" }).click();
  await expect(panes(page)).toHaveCount(2);
  await shows(panes(page).nth(0), /first-2/);
});

test("the line between two panes moves with the arrow keys", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("api");
  await split(page, "Control+Shift+D");
  const width = async () => (await panes(page).first().boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole("separator", { name: "Resize panes" }).focus();
  for (let count = 0; count < 3; count += 1) await page.keyboard.press("ArrowLeft");
  await expect.poll(width).toBeLessThan(before - 20);
});

test("#12 a reload, and a page that crashed, find each shell in its pane", async ({ culvert, server }) => {
  const { page } = culvert;
  await culvert.openShell("api");
  await culvert.type("echo kept-$((20+1))");
  await split(page, "Control+Shift+D");
  await page.reload();
  await expect(panes(page)).toHaveCount(2);
  await shows(panes(page).first(), /kept-21/);
  await shows(panes(page).nth(1), PROMPT);
  const crashed = page.waitForEvent("crash");
  await Promise.all([crashed, page.goto("chrome://crash").catch(() => undefined)]);
  const next = await page.context().newPage();
  await next.goto(server.origin);
  await expect(panes(next)).toHaveCount(2);
  await shows(panes(next).first(), /kept-21/);
  await shows(panes(next).nth(1), PROMPT);
  await expect(panes(next).nth(1).locator(".xterm-helper-textarea")).toBeFocused();
  await new Culvert(next).type("echo typed-$((3+4))");
  await shows(panes(next).nth(1), /typed-7/);
});

test("#13 after a restart panes stand where they were, with their text, and connect below it", async ({
  profile,
  page,
}) => {
  const first = await Server.start(profile, "--demo");
  await page.goto(first.url);
  const culvert = new Culvert(page);
  await culvert.openShell("api");
  await culvert.type("echo remembered-$((20+1))");
  await shows(panes(page), /remembered-21/);
  await split(page, "Control+Shift+D");
  await expect.poll(() => keptPanes(profile.path)).toBe(2);
  await first.program.stop();

  const second = await Server.start(profile);
  await page.goto(second.url);
  await expect(panes(page)).toHaveCount(2);
  await shows(panes(page).first(), /remembered-21/);
  await expect(page.getByText(/^From .*Enter connects/)).toHaveCount(2);
  await expect(page.getByRole("tab", { name: /api, .*not connected/ })).toBeVisible();
  // The last one focused has the keyboard again.
  await expect(panes(page).nth(1).locator(".xterm-helper-textarea")).toBeFocused();
  await page.keyboard.press("Enter");
  await shows(panes(page).nth(1), /root@\S+ .*#\s*\n[\s\S]*root@\S+ .*#\s*$/);
  await expect(page.getByText(/^From .*Enter connects/)).toHaveCount(1);
  // The other one connects when a person turns to it, below its text.
  await panes(page).first().locator(".xterm-screen").click();
  await shows(panes(page).first(), /remembered-21[\s\S]*root@\S+ .*#\s*$/);
  await expect(page.getByText(/^From /)).toHaveCount(0);
  await culvert.type("echo again-$((40+2))");
  await shows(panes(page).first(), /remembered-21[\s\S]*again-42/);
  await second.program.stop();
});

test("#13 a layout that cannot be read is set aside, and the window starts clean", async ({ profile, page }) => {
  writeFileSync(join(profile.path, "layout.json"), '{"version":99}', { mode: 0o600 });
  const server = await Server.start(profile, "--demo");
  await page.goto(server.url);
  await new Culvert(page).openShell("api");
  expect(existsSync(join(profile.path, "layout-bad.json"))).toBe(true);
  await server.program.stop();
  expect(readdirSync(profile.path).filter((name) => name.startsWith("screen-"))).toHaveLength(1);
});

test("#12 a socket that is cut comes back, and the shell goes on where it was", async ({ page, server }) => {
  const cuts: (() => void)[] = [];
  await page.routeWebSocket(/\/link$/, (socket) => {
    const upstream = socket.connectToServer();
    cuts.push(() => {
      void upstream.close();
      void socket.close();
    });
  });
  await page.goto(server.url);
  const culvert = new Culvert(page);
  await culvert.openShell("api");
  await culvert.type("echo before-$((20+1)); sleep 1; echo meanwhile-$((20+2))");
  await shows(panes(page), /before-21/);
  for (const cut of cuts.splice(0)) cut();
  await shows(panes(page), /before-21[\s\S]*meanwhile-22/);
  await culvert.type("echo after-$((20+3))");
  await shows(panes(page), /after-23/);
  expect(cuts).toHaveLength(1);
});

test("#27 an app that is marked as production says so over each of its shells, also after a reload", async ({
  culvert,
  profile,
}) => {
  const { page } = culvert;
  await culvert.openShell("api");
  await page.getByRole("tab", { name: /^api, / }).click({ button: "right" });
  await page.getByRole("menuitemcheckbox", { name: "Mark as production" }).click();
  await expect(page.getByTestId("production")).toHaveText(/^Production\s*api$/i);
  await expect(page.getByRole("tab", { name: /^api, .*Production/ })).toBeVisible();
  await expect.poll(() => profile.settings, { intervals: OFTEN }).toContain('"production"');
  await page.reload();
  await expect(page.getByTestId("production")).toBeVisible();
  await culvert.app("web").click();
  await expect(page.getByRole("tab", { name: /^web, .*open/ })).toBeVisible();
  await expect(page.getByTestId("production").filter({ visible: true })).toHaveCount(0);
});

test("a tab of several shells is asked for before it closes: Escape keeps it, Enter closes it, the keyboard goes on", async ({
  culvert,
}) => {
  const { page } = culvert;
  await culvert.openShell("api");
  await culvert.openShell("web");
  await split(page, "Control+Shift+D");
  const closeByMenu = async (): Promise<void> => {
    await culvert.tabs.nth(1).click({ button: "right" });
    await page.getByRole("menuitem", { name: "Close tab" }).click();
  };
  const question = page.getByRole("alertdialog", { name: "Close web?" });
  await closeByMenu();
  await expect(question).toContainText("Its 2 shells end.");
  await page.keyboard.press("Escape");
  await expect(question).toHaveCount(0);
  await expect(culvert.tabs).toHaveCount(2);
  await closeByMenu();
  await expect(question.getByRole("button", { name: "Close tab" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(culvert.tabs).toHaveCount(1);
  await culvert.type("echo left-$((4+4))");
  await culvert.expectLine("left-8");
});
