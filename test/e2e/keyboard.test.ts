import { type Culvert, expect, test } from "./support/fixtures.ts";
import { KEYS, NAMES } from "./support/names.ts";
import { FIRST_RUN, type Screen, visitAll, WALKS } from "./support/screens.ts";
import { focused, MOST_STOPS, markStops, type Stop, unvisited } from "./support/tab-order.ts";

/** #25: everything by keyboard alone, the focus always seen, nothing that holds it. */

/** Tab belongs to the shell, until a person says that it moves the focus. */
async function leaveTerminal({ page }: Culvert, terminal: Stop): Promise<Stop> {
  await page.keyboard.press("Tab");
  const next = await page.evaluate(focused);
  if (!next.isTerminal || next.id !== terminal.id) return next;
  await page.keyboard.press(KEYS.tabMovesFocus);
  await page.keyboard.press("Tab");
  return page.evaluate(focused);
}

/** Presses Tab until the focus is where it was, and judges each stop. */
async function walkScreen(culvert: Culvert, screen: Screen): Promise<string[]> {
  const { page } = culvert;
  const faults: string[] = [];
  const count = await page.evaluate(markStops);
  let last: Stop | undefined;
  let stuck = 0;
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press("Tab");
    let stop = await page.evaluate(focused);
    if (stop.isTerminal) stop = await leaveTerminal(culvert, stop);
    if (stop.isTerminal && stop.id === last?.id) faults.push(`${screen.name}: Tab does not leave the terminal`);
    if (stop.what !== "" && !stop.isSeen) faults.push(`${screen.name}: the focus is not seen on ${stop.what}`);
    stuck = stop.what !== "" && stop.what === last?.what && stop.id === last.id ? stuck + 1 : 0;
    if (stuck > 2 && count > 1) {
      faults.push(`${screen.name}: ${stop.what} holds the focus`);
      break;
    }
    last = stop;
    if (stop.left === 0) break;
  }
  const missed = await page.evaluate(unvisited);
  return [...faults, ...missed.map((what) => `${screen.name}: Tab never comes to ${what}`)];
}

async function walkAll(culvert: Culvert, screens: readonly Screen[]): Promise<void> {
  const faults = await visitAll(culvert, screens, (screen) => walkScreen(culvert, screen));
  expect([...new Set(faults)]).toEqual([]);
}

/** Menus and the leader take the arrows and letters, and close on Tab. */
const BY_ARROWS = new Set(["Menu of accounts", "Menu of an app", "List of shells", "Leader key", "Text of a terminal"]);

test.describe("by keyboard alone", () => {
  test.setTimeout(600_000);
  for (const { where, begin, screens } of WALKS) {
    test(`#25 Tab visits every part of every screen, its focus is seen, and nothing holds it, ${where}`, async ({
      culvert,
    }) => {
      await begin(culvert);
      await walkAll(
        culvert,
        screens.filter(({ name }) => !BY_ARROWS.has(name)),
      );
    });
  }

  test.describe("without an account", () => {
    test.use({ serveArgs: [] });

    test("#25 the same where a person starts", async ({ culvert }) => {
      await walkAll(culvert, FIRST_RUN);
    });

    test("#25 one Esc closes a dialog, also while the tooltip of what has the focus is open", async ({ culvert }) => {
      const { page } = culvert;
      await page.getByRole("button", { name: NAMES.signIn }).click();
      const dialog = page.getByRole("dialog");
      await page.getByLabel(NAMES.token).waitFor();
      const close = dialog.getByRole("button", { name: NAMES.close, exact: true });
      await culvert.tabTo(`button ${NAMES.close}`);
      await expect(close).toHaveAttribute("data-popup-open");
      await page.keyboard.press("Escape");
      await expect(dialog).toHaveCount(0);
    });

    test("#11 from the first page to a shell without a mouse", async ({ culvert }) => {
      const { page } = culvert;
      await page.getByRole("button", { name: NAMES.tryDemo }).waitFor();
      await culvert.tabTo(`button ${NAMES.tryDemo}`);
      await page.keyboard.press("Enter");
      await culvert.app("web").waitFor();
      await culvert.tree.focus();
      const selected = culvert.tree.locator("[aria-selected=true]");
      do await page.keyboard.press("ArrowDown");
      while (!(await selected.getAttribute("aria-label"))?.startsWith("web, "));
      await page.keyboard.press("Enter");
      await culvert.expectPrompt();
      await culvert.type("echo $((6*7))");
      await culvert.expectLine("42");
    });
  });

  test("#25 the terminal lets go: next part of the window, and Tab that moves the focus", async ({ culvert }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    expect((await page.evaluate(focused)).isTerminal).toBe(true);
    await page.keyboard.press(KEYS.nextRegion);
    expect((await page.evaluate(focused)).isTerminal).toBe(false);
    await culvert.terminal.locator(".xterm-screen").click();
    await page.keyboard.press("Tab");
    expect((await page.evaluate(focused)).isTerminal).toBe(true);
    await page.keyboard.press(KEYS.tabMovesFocus);
    await page.keyboard.press("Tab");
    expect((await page.evaluate(focused)).isTerminal).toBe(false);
  });

  test("#25 Esc closes a menu alone, and the sidebar of a narrow window after it", async ({ culvert }) => {
    const { page } = culvert;
    await culvert.tree.waitFor();
    await page.setViewportSize({ width: 600, height: 800 });
    await page.getByRole("button", { name: "Sidebar" }).first().click();
    const drawer = page.getByRole("dialog");
    await drawer.waitFor();
    const trigger = drawer.getByRole("button", { name: NAMES.addNetwork });
    await culvert.tabTo(`button ${NAMES.addNetwork}`);
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu")).toHaveCount(0);
    await expect(drawer).toBeVisible();
    // The focus has come back to what opened the menu, and its tooltip opens.
    await expect(trigger).toBeFocused();
    await expect(trigger).toHaveAttribute("data-popup-open");
    await page.keyboard.press("Escape");
    await expect(drawer).toHaveCount(0);
  });

  test("palette, quick open, leader, settings, stats, find and panes open and close from a terminal", async ({
    culvert,
  }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    for (const [keys, name] of [
      [KEYS.palette, NAMES.palette],
      [KEYS.quickOpen, NAMES.quickOpen],
      [KEYS.leader, NAMES.leader],
    ] as const) {
      await page.keyboard.press(keys);
      await expect(page.getByRole("dialog", { name })).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
      await expect
        .poll(() => page.evaluate(focused), { message: `focus after ${name}` })
        .toMatchObject({
          isTerminal: true,
        });
    }
    await page.keyboard.press(KEYS.stats);
    await expect(page.getByRole("button", { name: NAMES.closeStats })).toBeVisible();
    await page.keyboard.press(KEYS.stats);
    await expect(page.getByRole("button", { name: NAMES.closeStats })).toHaveCount(0);
    await culvert.splitRight();
    await expect(culvert.terminal).toHaveCount(2);
    await page.keyboard.press(KEYS.settings);
    await expect(page.getByRole("tab", { name: NAMES.sections[0] })).toBeVisible();
  });
});
