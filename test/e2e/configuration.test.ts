import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { DemoProcess } from "./support/demo-cloud.ts";
import { type Culvert, expect, test as onPage } from "./support/fixtures.ts";
import { KEYS, NAMES } from "./support/names.ts";
import { THEMES, wear } from "./support/screens.ts";

/** On a private cloud that the page is told of by its configuration only. */
const test = onPage.extend<{ demo: DemoProcess }>({
  demo: async ({ profile }, use) => {
    const demo = await DemoProcess.start(profile);
    await use(demo);
    await demo.program.stop("SIGINT");
  },
});

test.use({ serveArgs: [] });

/** axe on the dialog that stands there, in both themes (#25). */
async function expectAccessible(page: Page, dialog: string): Promise<void> {
  for (const theme of THEMES) {
    await wear(page, theme);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().include(dialog).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

test("#21 an imported configuration: form and text in sync, errors at their line, keys kept, exported as it is", async ({
  culvert,
  page,
  demo,
}) => {
  const file = `# made for a test\n${await demo.wireGuardFile("northwind-labs")}Colour = red # kept\n`;
  const secret = /PrivateKey = (\S+)/.exec(file)?.[1] ?? "none";
  await page.getByRole("button", { name: NAMES.importConfig }).click();
  const importing = page.getByRole("dialog");
  await importing.getByLabel("Name").fill("Büro net");
  await importing.getByRole("textbox", { name: NAMES.configText }).fill(file);
  await importing.getByRole("button", { name: NAMES.importConfig }).click();
  await expect(importing).toBeHidden();

  await culvert.view("peers");
  await page.getByRole("button", { name: "Edit configuration…" }).click();
  const dialog = page.getByRole("dialog", { name: "Configuration of Büro net" });
  const save = dialog.getByRole("button", { name: "Save changes" });
  const text = dialog.getByRole("textbox", { name: NAMES.configText });
  const show = (name: string) => dialog.getByRole("radio", { name }).click();
  await expect(save).toBeDisabled();

  // A field rewrites its own line, and the text says so.
  await dialog.getByLabel("MTU").fill("99");
  await expect(dialog.getByRole("list", { name: NAMES.configErrors })).toContainText("MTU must be a number");
  await expect(save).toBeDisabled();
  await dialog.getByLabel("MTU").fill("1380");
  await show("Text");
  const shown = await text.inputValue();
  expect(shown).not.toContain(secret);
  expect(shown).toContain("PrivateKey = (kept 1)");
  expect(shown).toContain("MTU = 1380");

  // An error of the text is at its line, which is where it leads to from the form; nothing is lost meanwhile.
  const line = shown.split("\n").findIndex((one) => one.startsWith("AllowedIPs")) + 1;
  await text.fill(shown.replace(/AllowedIPs = .*/, "AllowedIPs = 10.0.0.0/99"));
  await show("Form");
  await expect(dialog.getByLabel("AllowedIPs")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page, "[role=dialog]");
  await dialog.getByRole("button", { name: `Line ${line}` }).click();
  await expect(text).toBeFocused();
  await expectAccessible(page, "[role=dialog]");
  await text.fill(shown.replace(/AllowedIPs = .*/, "AllowedIPs = ::/0"));
  await save.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("cell", { name: "::/0" })).toBeVisible();

  await page.getByRole("button", { name: "Export…" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectAccessible(page, "[role=alertdialog]");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("alertdialog").getByRole("button", { name: "Export file" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Buro-net.conf");
  const wanted = shown.replace("(kept 1)", secret).replace(/AllowedIPs = .*/, "AllowedIPs = ::/0");
  expect(readFileSync(await download.path(), "utf8")).toBe(wanted);

  // For a phone: asked first, drawn in the page, and gone with its dialog.
  await page.getByRole("button", { name: "QR code…" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Show QR code" }).click();
  const code = page.getByRole("img", { name: "QR code of Büro net" });
  await expect(code).toBeVisible();
  await expect(page.getByText("Left out, as the app refuses a configuration with them: Colour.")).toBeVisible();
  await expectAccessible(page, "[role=dialog]");
  await page.keyboard.press("Escape");
  await expect(code).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
});

/** A network named office, of the demo's configuration, and a machine in it named box. */
async function importOffice(page: Page, culvert: Culvert, demo: DemoProcess): Promise<void> {
  await page.getByRole("button", { name: NAMES.importConfig }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("office");
  await dialog.getByRole("textbox", { name: NAMES.configText }).fill(await demo.wireGuardFile("northwind-labs"));
  await dialog.getByRole("button", { name: NAMES.importConfig }).click();
  await expect(dialog).toBeHidden();
  await culvert.tree.getByRole("treeitem", { name: /^Add a host/ }).click();
  await dialog.getByLabel("Name").fill("box");
  await dialog.getByLabel("Host", { exact: true }).fill("web.internal");
  await dialog.getByLabel("User").fill("root");
  await dialog.getByRole("textbox", { name: "Password" }).fill("no matter");
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await expect(dialog).toBeHidden();
}

test("#21 saving a configuration whose tunnel is open asks first, and leaving with changes does too", async ({
  culvert,
  page,
  demo,
}) => {
  await importOffice(page, culvert, demo);
  await culvert.app("box").click();
  await expect(page.getByRole("status", { name: "Tunnel" })).toContainText("Tunnel up");

  await culvert.view("peers");
  await page.getByRole("button", { name: "Edit configuration…" }).click();
  const dialog = page.getByRole("dialog", { name: "Configuration of office" });
  await dialog.getByLabel("MTU").fill("1380");
  await page.keyboard.press("Escape");
  const question = page.getByRole("alertdialog");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog.getByLabel("MTU")).toHaveValue("1380");
  await expect(dialog.getByText("Saving closes its open tunnel and the shells in it.")).toBeVisible();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await question.getByRole("button", { name: "Save and reconnect" }).click();
  await expect(dialog).toBeHidden();
});

test("an imported network is renamed from its row, with F2 and from the palette; its tunnel stays up", async ({
  culvert,
  page,
  demo,
}) => {
  await importOffice(page, culvert, demo);
  await culvert.app("box").click();
  const status = page.getByRole("status", { name: "Tunnel" });
  await expect(status).toContainText("Tunnel up");

  const rename = async (from: string, to: string): Promise<void> => {
    const asked = page.getByRole("dialog", { name: `Rename ${from}` });
    await expect(asked.getByLabel("Name")).toBeFocused();
    await expectAccessible(page, "[role=dialog]");
    // The old name is selected: what is typed takes its place.
    await page.keyboard.type(`${to}\n`);
    await expect(asked).toBeHidden();
    await expect(culvert.tree.getByRole("treeitem", { name: to }).first()).toBeVisible();
    await expect(culvert.tree.getByRole("treeitem", { name: from })).toHaveCount(0);
  };
  await culvert.tree.getByRole("treeitem", { name: "office" }).first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Rename…" }).click();
  await rename("office", "Depot");
  await expect(page.getByText("The network is now called Depot.")).toBeAttached();
  await culvert.tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("F2");
  await rename("Depot", "Harbour");
  await expect(culvert.tree).toBeFocused();
  await page.keyboard.press(KEYS.palette);
  await page.keyboard.type("rename an imported");
  await page.keyboard.press("Enter");
  await rename("Harbour", "Yard");
  await expect(status).toContainText("Tunnel up");
  await page.reload();
  await expect(culvert.tree.getByRole("treeitem", { name: "Yard" }).first()).toBeVisible();
});

test("a host of an imported network is edited by keyboard alone, and its password is not sent to another address", async ({
  culvert,
  page,
  demo,
}) => {
  await importOffice(page, culvert, demo);
  await culvert.tree.focus();
  for (const key of ["Home", "ArrowDown", "F2"]) await page.keyboard.press(key);
  const dialog = page.getByRole("dialog", { name: "Edit box" });
  await expect(dialog.getByLabel("Name")).toBeFocused();
  expect(await page.content()).not.toContain("no matter");
  await expectAccessible(page, "[role=dialog]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("crate");
  await page.keyboard.press("Tab");
  await page.keyboard.type("api.internal");
  await expect(dialog.getByRole("status")).toContainText("root@web.internal:22 and is sent nowhere else");
  await expectAccessible(page, "[role=dialog]");
  await page.keyboard.press("Enter");
  const password = dialog.getByRole("textbox", { name: "Password" });
  await expect(password).toBeFocused();
  await page.keyboard.type("another one\n");
  await expect(dialog).toBeHidden();
  await expect(culvert.tree.getByRole("treeitem", { name: /^crate/ })).toBeVisible();
  await expect(culvert.tree.getByRole("treeitem", { name: /^box/ })).toHaveCount(0);
  await expect(culvert.tree).toBeFocused();
  await page.keyboard.press(KEYS.palette);
  await page.keyboard.type("edit a host");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Edit crate" }).getByLabel("Host", { exact: true })).toHaveValue(
    "api.internal",
  );
});
