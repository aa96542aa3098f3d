import { type Culvert, expect, test } from "./support/fixtures.ts";
import { NAMES } from "./support/names.ts";
import { THEMES, wear } from "./support/screens.ts";

/**
 * Pictures of the main screens in both themes, held to those in snapshots/. What differs from run to run (names of machines,
 * figures, times) is covered. After an intended change: `npm run test:e2e -- snapshots --update-snapshots`, and look at them.
 */

/** Text is drawn by the same bundled fonts, but edges of letters differ between builds of a browser. */
const TOLERANCE = { maxDiffPixelRatio: 0.01, threshold: 0.3, animations: "disabled", caret: "hide" } as const;

test.use({ contextOptions: { reducedMotion: "reduce" } });

/** Of what stands in the window, in either theme. */
async function pictures({ page }: Culvert, name: string): Promise<void> {
  await page.mouse.move(640, 799);
  await page.evaluate(() => document.fonts.ready);
  for (const theme of THEMES) {
    await wear(page, theme);
    await expect(page).toHaveScreenshot(`${name}-${theme}.png`, {
      ...TOLERANCE,
      mask: [
        page.getByRole("status"),
        page.getByTestId("terminal"),
        page.getByRole("tab").locator(".font-mono"),
        page.getByRole("treeitem").locator(".font-mono"),
      ],
      maskColor: "#808080",
    });
  }
}

test.describe("without an account", () => {
  test.use({ serveArgs: [] });

  test("pictures of the first run in both themes", async ({ culvert }) => {
    await culvert.page.getByRole("button", { name: NAMES.tryDemo }).waitFor();
    await pictures(culvert, "first-run");
  });
});

test("pictures of window, settings and a shell in both themes", async ({ culvert }) => {
  // Regions of machines come after the apps.
  await expect(culvert.app("worker").locator(".font-mono").first()).toHaveText(/^[a-z]{3} /);
  await pictures(culvert, "window");
  await culvert.openSettings("Appearance");
  await pictures(culvert, "settings");
  await culvert.view("apps");
  await culvert.openShell("web");
  await pictures(culvert, "shell");
});
