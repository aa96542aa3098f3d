import type { Page } from "@playwright/test";
import { browserOptions } from "./support/browser-options.ts";
import { Culvert, expect, test } from "./support/fixtures.ts";
import { NAMES } from "./support/names.ts";

/** #20 WebGL, drawn by software that the page takes for a graphics card, because build machines have none. */

test.use({ launchOptions: browserOptions("--use-gl=angle", "--use-angle=swiftshader") });

async function pretendGraphicsCard(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext;
    const getContext = function (this: HTMLCanvasElement, kind: string, options?: object) {
      return Reflect.apply(original, this, [kind, { ...options, failIfMajorPerformanceCaveat: false }]);
    };
    Object.defineProperty(HTMLCanvasElement.prototype, "getContext", { value: getContext });
    const ask = WebGL2RenderingContext.prototype.getParameter;
    const getParameter = function (this: WebGL2RenderingContext, name: number) {
      const answer: unknown = Reflect.apply(ask, this, [name]);
      return typeof answer === "string" && /swiftshader/i.test(answer) ? "A card" : answer;
    };
    Object.defineProperty(WebGL2RenderingContext.prototype, "getParameter", { value: getParameter });
  });
}

const canvases = (culvert: Culvert) => culvert.terminal.locator(".xterm-screen canvas");

/** Waits until the terminal in front says so: WebGL's rows are a picture, but the view for screen readers has their text. */
async function expectText(culvert: Culvert, wanted: RegExp): Promise<void> {
  const view = culvert.page.getByRole("textbox", { name: /^Text of / });
  await expect(async () => {
    await culvert.page.keyboard.press("Alt+F2");
    const text = await view.inputValue({ timeout: 5000 });
    await culvert.page.keyboard.press("Escape");
    await expect(view).toBeHidden();
    expect(text).toMatch(wanted);
  }).toPass();
}

/** What a driver that restarts does to the page. */
const loseContext = (culvert: Culvert) =>
  culvert.terminal.evaluate((host) => {
    for (const canvas of host.querySelectorAll("canvas")) {
      canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
    }
  });

test("#20 a lost context is made anew once, then the text is drawn without; repaint tries again", async ({
  page,
  server,
}) => {
  test.slow();
  await pretendGraphicsCard(page);
  await page.goto(server.url);
  const culvert = new Culvert(page);
  await culvert.app("web").click();
  await expect(canvases(culvert).first()).toBeVisible();
  await culvert.terminal.locator(".xterm-screen").click();
  await expectText(culvert, /^root@.*#$/m);
  await culvert.type("echo drawn-$((1+1))");
  // So that a line that does not come to the shell is told from one that is not drawn below.
  await expectText(culvert, /^drawn-2$/m);
  const first = await canvases(culvert).last().elementHandle();

  await loseContext(culvert);
  // xterm gives a context three seconds to come back by itself.
  await expect.poll(() => first?.evaluate((canvas) => canvas.isConnected)).toBe(false);
  await expect(canvases(culvert).first()).toBeVisible();

  await loseContext(culvert);
  await expect(canvases(culvert)).toHaveCount(0, { timeout: 40_000 });
  await culvert.expectLine("drawn-2");

  await page.keyboard.press("Control+Shift+P");
  await page.getByRole("combobox", { name: NAMES.palette }).fill("repaint");
  await expect(page.getByRole("option").first()).toHaveAccessibleName(/^Repaint/);
  await page.keyboard.press("Enter");
  await expect(canvases(culvert).first()).toBeVisible();
});

test("#20 a terminal that is not in front holds no context", async ({ page, server }) => {
  test.slow();
  await pretendGraphicsCard(page);
  await page.goto(server.url);
  const culvert = new Culvert(page);
  await culvert.app("web").click();
  await expect(canvases(culvert).first()).toBeVisible();
  await culvert.app("api").click();
  await expect(culvert.tabs).toHaveCount(2);
  await expect(canvases(culvert).first()).toBeVisible();
  await expect(page.locator("[role=tabpanel][hidden] canvas")).toHaveCount(0);
});
