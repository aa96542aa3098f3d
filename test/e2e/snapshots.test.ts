import { type Culvert, expect, test } from "./support/fixtures.ts";
import { NAMES } from "./support/names.ts";

/**
 * Pictures of the main screens in both themes, held to those in snapshots/. What differs from run to run (names of machines,
 * figures, times) is covered. After an intended change: `npm run test:e2e -- snapshots --update-snapshots`, and look at them.
 */

/** Text is drawn by the same bundled fonts, but edges of letters differ between builds of a browser. */
const TOLERANCE = { maxDiffPixelRatio: 0.01, threshold: 0.3, animations: "disabled", caret: "hide" } as const;

async function picture({ page }: Culvert, name: string): Promise<void> {
  await page.mouse.move(640, 799);
  await page.evaluate(() => document.fonts.ready);
  // Fades are off, but what comes late by itself (regions of machines, an age) should be there.
  await page.waitForTimeout(500);
  await expect(page).toHaveScreenshot(`${name}.png`, {
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

for (const theme of ["light", "dark"] as const) {
  test.describe(`pictures, ${theme}`, () => {
    test.use({ colorScheme: theme, contextOptions: { reducedMotion: "reduce" } });
    test.setTimeout(120_000);

    test.describe("without an account", () => {
      test.use({ serveArgs: [] });

      test(`first run, ${theme}`, async ({ culvert }) => {
        await culvert.page.getByRole("button", { name: NAMES.tryDemo }).waitFor();
        await picture(culvert, `first-run-${theme}`);
      });
    });

    test(`window, settings, palette and a shell, ${theme}`, async ({ culvert }) => {
      await culvert.app("worker").waitFor();
      await picture(culvert, `window-${theme}`);
      await culvert.openSettings("Appearance");
      await picture(culvert, `settings-${theme}`);
      await culvert.view("apps");
      await culvert.openShell("web");
      await picture(culvert, `shell-${theme}`);
    });
  });
}
