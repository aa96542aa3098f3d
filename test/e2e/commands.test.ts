import type { Locator, Page } from "@playwright/test";
import { type Culvert, expect, OFTEN, test } from "./support/fixtures.ts";

/** Everything by its name, by its keys, by the leader; and keys that a person chose. */

/** Types into the palette until the best match is the one wanted, and takes it. */
async function choose(page: Page, chord: string, query: string, wanted: RegExp, enter = "Enter"): Promise<void> {
  await page.keyboard.press(chord);
  const field = page.getByRole("combobox", { name: /^(Command palette|Open an app, machine or shell)$/ });
  await expect(field).toBeFocused();
  await page.keyboard.type(query);
  await expect(page.getByRole("option").first()).toHaveAccessibleName(wanted);
  await page.keyboard.press(enter);
  await expect(field).toHaveCount(0);
}

function terminals(culvert: Culvert): Locator {
  return culvert.page.getByTestId("terminal").filter({ visible: true });
}

async function openKeys(page: Page): Promise<void> {
  await choose(page, "Control+Shift+P", "keyboard settings", /^Keyboard settings/);
  await expect(page.getByRole("table", { name: "Commands and their keys" })).toBeVisible();
}

const keysOf = (page: Page, title: string): Locator =>
  page.getByRole("button", { name: new RegExp(`^Change the keys of ${title}, now `) });

test("the palette opens a shell by keyboard alone, and gives the focus back", async ({ culvert }) => {
  const { page } = culvert;
  await expect(culvert.tree).toBeVisible();
  await choose(page, "Control+Shift+P", "web", /^web /);
  await culvert.expectPrompt();
  await culvert.type("echo $((6*7))");
  await culvert.expectLine("42");

  await page.keyboard.press("Control+Shift+P");
  await expect(page.getByRole("combobox", { name: "Command palette" })).toBeFocused();
  await page.keyboard.press("Escape");
  await culvert.type("echo $((6*8))");
  await culvert.expectLine("48");
});

test("quick open finds apps and open shells, and opens beside the one in front", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await choose(page, "Control+Shift+O", "api", /^api /, "Control+Enter");
  await expect(terminals(culvert)).toHaveCount(2);
  await expect(culvert.tabs).toHaveCount(1);
  await page.keyboard.press("Control+Shift+O");
  const shells = page.getByRole("group", { name: "Open shells" });
  await expect(shells.getByRole("option")).toHaveCount(2);
});

test("the leader splits from inside a terminal, and the shell sees none of its keys", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.keyboard.press("Control+Shift+Space");
  const overlay = page.getByRole("dialog", { name: "Leader key" });
  await expect(overlay).toBeFocused();
  await page.keyboard.press("x");
  await expect(overlay.getByRole("status")).toHaveText("x means nothing here.");
  await page.keyboard.press("|");
  await expect(terminals(culvert)).toHaveCount(2);
  await expect(overlay).toHaveCount(0);
  const rows = await terminals(culvert).first().locator(".xterm-rows > div").allTextContents();
  expect(rows.join("\n")).not.toMatch(/[x|]\s*$/m);
  // The new shell has the keyboard.
  await expect(terminals(culvert).nth(1).locator(".xterm-helper-textarea")).toBeFocused();
});

test("#15 a conflict names the other command; chosen keys work at once and after a reload", async ({
  culvert,
  profile,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await openKeys(page);
  await keysOf(page, "Network stats").click();
  await page.keyboard.press("Control+Shift+D");
  const note = page.getByRole("alert").filter({ hasText: "is used by" });
  await expect(note).toContainText("Ctrl+Shift+D is used by Split right.");
  await note.getByRole("button", { name: "Cancel" }).click();

  await keysOf(page, "Network stats").click();
  await page.keyboard.press("Alt+Shift+Y");
  await expect(keysOf(page, "Network stats")).toHaveAccessibleName(/now Alt\+Shift\+Y$/);
  await page.keyboard.press("Control+Shift+J");
  const stats = page.getByRole("region", { name: "Network stats" });
  await expect(stats).toHaveCount(0);

  await expect.poll(() => profile.settings, { intervals: OFTEN }).toContain("KeyY");
  await page.reload();
  await expect(culvert.tabs).toHaveCount(1);
  // A page that is loaded has the chosen keys when the program has told it: the palette shows which ones count.
  await page.keyboard.press("Control+Shift+P");
  await page.getByRole("combobox", { name: "Command palette" }).fill("network stats");
  await expect(page.getByRole("option", { name: /^Network stats/ }).first()).toContainText("Alt+Shift+Y");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Alt+Shift+Y");
  await expect(stats).toBeVisible();
  await page.keyboard.press("Control+Shift+J");
  await expect(stats).toBeVisible();
});

test("#16 a key that the browser keeps is sent to the shell by name", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.keyboard.type("echo first second");
  await choose(page, "Control+Shift+P", "send ctrl w", /^Send Ctrl\+W to the shell/);
  await culvert.type("third");
  await culvert.expectLine("first third");
});

test("#15 Ctrl+letter is the shell's, wherever a command has the same letter", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await page.keyboard.type("nonsense");
  for (const key of ["Control+p", "Control+d", "Control+j"]) await page.keyboard.press(key);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Network stats" })).toHaveCount(0);
  await expect(terminals(culvert)).toHaveCount(1);
});
