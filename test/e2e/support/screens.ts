import type { Page } from "@playwright/test";
import { CONFIGURATION } from "./config-screens.ts";
import { type Culvert, expect, test } from "./fixtures.ts";
import { KEYS, NAMES } from "./names.ts";

/**
 * Every screen of the window, and how a person gets there. The walks of axe, of the keyboard and of the pictures go through
 * this list; each screen begins where the last one left the window and says how it is left.
 */
export interface Screen {
  readonly name: string;
  open(culvert: Culvert): Promise<void>;
  leave(culvert: Culvert): Promise<void>;
}

const WRONG_CONFIG = "[Interface]\nPrivateKey = tooshort\nAddress = 10.0.0.2/64\n[Peer]\nPublicKey = x\n";
const stay = async (): Promise<void> => undefined;
const leaveDialog = async ({ page }: Culvert): Promise<void> => {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
};

const leaveMenu = async ({ page }: Culvert): Promise<void> => {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
};

/**
 * Goes to each screen in turn. One that cannot be reached is told like any other fault, and the rest is still looked at.
 * Resolves to all faults in words.
 */
export async function visitAll(
  culvert: Culvert,
  screens: readonly Screen[],
  look: (screen: Screen) => Promise<readonly string[]>,
): Promise<string[]> {
  const faults: string[] = [];
  // Said at once: a test that runs out of time would keep what it found to itself.
  const tell = (found: readonly string[]): void => {
    faults.push(...found);
    for (const fault of found) process.stdout.write(`${fault}\n`);
  };
  for (const screen of screens) {
    await test.step(screen.name, async () => {
      try {
        await screen.open(culvert);
        // A fade would be judged half way.
        await culvert.page.evaluate(stillness);
        tell(await look(screen));
        await screen.leave(culvert);
      } catch (error) {
        tell([`${screen.name}: ${String(error).split("\n")[0]}`]);
        await culvert.page.reload();
        await culvert.page.getByRole("main").first().waitFor();
      }
    });
  }
  return faults;
}

export const THEMES = ["light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The page as it is for somebody whose system has this theme, once it has changed its colours. */
export async function wear(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  await page.evaluate(stillness);
}

/** Resolves when what was said has been drawn and nothing moves any more but what never ends. Runs in the page. */
export async function stillness(): Promise<void> {
  const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = (): Animation[] =>
    document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  do {
    await Promise.allSettled(moving().map(({ finished }) => finished));
    for (let frame = 0; frame < 3; frame++) await nextFrame();
  } while (moving().some(({ playState }) => playState === "running"));
}

/** With no account at all, up to the first imported network. */
export const FIRST_RUN: readonly Screen[] = [
  {
    name: "First run",
    open: async ({ page }) => page.getByRole("button", { name: NAMES.tryDemo }).waitFor(),
    leave: stay,
  },
  {
    name: "Sign in",
    open: async ({ page }) => {
      await page.getByRole("button", { name: NAMES.signIn }).click();
      await page.getByLabel(NAMES.token).waitFor();
    },
    leave: leaveDialog,
  },
  {
    name: "Import, with errors by line",
    open: async ({ page }) => {
      await page.getByRole("button", { name: NAMES.importConfig }).click();
      await page.getByRole("textbox", { name: NAMES.configText }).fill(WRONG_CONFIG);
      await page.getByRole("list", { name: NAMES.configErrors }).waitFor();
    },
    leave: leaveDialog,
  },
  ...CONFIGURATION,
];

const SETTINGS: readonly Screen[] = NAMES.sections.map((section) => ({
  name: `Settings, ${section}`,
  open: async (culvert) => culvert.openSettings(section),
  leave: async (culvert) => culvert.view("apps"),
}));

const STATS: readonly Screen[] = NAMES.statsParts.map((part) => ({
  name: `Network stats, ${part}`,
  open: async (culvert) => {
    await culvert.openStats();
    await culvert.statsPart(part);
  },
  leave: async (culvert) => culvert.closeStats(),
}));

const WITHOUT_SHELL: readonly Screen[] = [
  {
    name: "No shell yet",
    open: async ({ tree }) => tree.waitFor(),
    leave: stay,
  },
  {
    name: "A filter without a match",
    open: async ({ page }) => {
      await page.getByRole("searchbox", { name: NAMES.filter }).fill("no such app");
      await expect(page.getByRole("treeitem")).toHaveCount(0);
    },
    leave: async ({ page }) => page.getByRole("searchbox", { name: NAMES.filter }).fill(""),
  },
  {
    name: "Menu of accounts",
    open: async ({ page }) => {
      await page.getByRole("button", { name: NAMES.accounts }).click();
      await page.getByRole("menu").waitFor();
    },
    leave: leaveMenu,
  },
  {
    name: "Menu of an app",
    open: async (culvert) => {
      await culvert.app("web").click({ button: "right" });
      await culvert.page.getByRole("menu").waitFor();
    },
    leave: leaveMenu,
  },
  {
    name: "Peers",
    open: async (culvert) => {
      await culvert.view("peers");
      await culvert.page.getByRole("main").getByRole("heading").first().waitFor();
    },
    leave: async (culvert) => culvert.view("apps"),
  },
  {
    name: "A shell that was refused",
    open: async (culvert) => {
      await culvert.app("cron").click();
      await culvert.page.getByRole("alert").filter({ visible: true }).first().waitFor();
    },
    leave: async (culvert) => culvert.closeTab(),
  },
];

const SHELL: Screen = { name: "A shell", open: async (culvert) => culvert.openShell("web"), leave: stay };

const WITH_SHELL: readonly Screen[] = [
  SHELL,
  {
    name: "Find",
    open: async ({ page }) => {
      await page.keyboard.press(KEYS.find);
      await page.getByRole("textbox", { name: NAMES.find }).fill("root");
      await page.getByText(/^\d+ of \d+$/).waitFor();
    },
    leave: async ({ page }) => {
      await page.getByRole("textbox", { name: NAMES.find }).press("Escape");
      await expect(page.getByRole("textbox", { name: NAMES.find })).toHaveCount(0);
    },
  },
  {
    name: "Text of a terminal",
    open: async (culvert) => {
      await culvert.terminal.locator(".xterm-screen").click();
      await culvert.page.keyboard.press(KEYS.accessibleView);
      await expect(culvert.page.getByRole("textbox", { name: NAMES.accessibleView })).toBeFocused();
    },
    leave: async ({ page }) => {
      await page.getByRole("textbox", { name: NAMES.accessibleView }).press("Escape");
      await expect(page.getByRole("textbox", { name: NAMES.accessibleView })).toHaveCount(0);
    },
  },
  {
    name: "Command palette",
    open: async ({ page }) => {
      await page.keyboard.press(KEYS.palette);
      await page.getByRole("dialog", { name: NAMES.palette }).waitFor();
    },
    leave: leaveDialog,
  },
  {
    name: "Quick open",
    open: async ({ page }) => {
      await page.keyboard.press(KEYS.quickOpen);
      await page.getByRole("dialog", { name: NAMES.quickOpen }).waitFor();
    },
    leave: leaveDialog,
  },
  {
    name: "Leader key",
    open: async ({ page }) => {
      await page.keyboard.press(KEYS.leader);
      // It has the keys at once, and is drawn for those who hesitate.
      await expect(page.getByRole("dialog", { name: NAMES.leader })).toHaveCSS("opacity", "1");
    },
    leave: leaveDialog,
  },
  {
    name: "List of shells",
    open: async ({ page }) => {
      await page.getByRole("button", { name: NAMES.shellList }).click();
      await page.getByRole("menu").waitFor();
    },
    leave: leaveMenu,
  },
];

const PANES: readonly Screen[] = [
  {
    name: "Split panes",
    open: async (culvert) => {
      await culvert.terminal.first().locator(".xterm-screen").click();
      await culvert.page.keyboard.press(KEYS.splitRight);
      await expect(culvert.terminal).toHaveCount(2);
      await expect(culvert.terminal.last().locator(".xterm-rows")).toContainText(/root@\S+ .*#/);
    },
    leave: stay,
  },
  {
    name: "A shell that ended",
    open: async (culvert) => {
      await culvert.terminal.last().locator(".xterm-screen").click();
      await culvert.type("exit");
      await culvert.page.getByText(NAMES.ended).first().waitFor();
    },
    leave: stay,
  },
];

/** One walk over some of the screens of the demo network, in this order: a test of its own. */
export interface Walk {
  readonly where: string;
  /** What must be open before its first screen. */
  begin(culvert: Culvert): Promise<void>;
  readonly screens: readonly Screen[];
}

export const WALKS: readonly Walk[] = [
  { where: "without a shell", begin: stay, screens: WITHOUT_SHELL },
  { where: "in the settings", begin: stay, screens: SETTINGS },
  { where: "with a shell", begin: stay, screens: WITH_SHELL },
  { where: "in the stats and in panes", begin: SHELL.open, screens: [...STATS, ...PANES] },
];
