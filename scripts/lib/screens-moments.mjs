import { prompt, settle, terminal, type } from "./screens-page.mjs";

/** What is there for a moment only: what is looked for, what is asked before it is done, and what went wrong. */

/** Begins and ends with a shell in front that stands at its prompt. */
export async function asked(page, take) {
  await terminal(page).click();
  await page.keyboard.press("Control+Shift+F");
  await page.getByRole("textbox", { name: "Find in shell" }).fill("api");
  await settle(page);
  await take("find");
  await page.keyboard.press("Escape");

  await terminal(page).click();
  await page.keyboard.press("Alt+F2");
  await page.getByRole("textbox", { name: /^Text of / }).waitFor();
  await settle(page);
  await take("text-of-terminal");
  await page.keyboard.press("Escape");

  await terminal(page).click();
  await type(page, "cat");
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "systemctl stop api\nrm -rf /srv/api/cache\n");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  });
  await page.getByRole("dialog", { name: /^Paste into / }).waitFor();
  await settle(page);
  await take("paste");
  await page.keyboard.press("Escape");
  await terminal(page).click();
  await page.keyboard.press("Control+c");

  for (const [button, name] of [
    ["Shells and commands", "list-of-shells"],
    ["Accounts", "menu-of-accounts"],
  ]) {
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("menu").waitFor();
    await settle(page);
    await take(name);
    await page.keyboard.press("Escape");
  }
}

/** The page loses the program and finds no way back: the last moment of a walk. */
export async function linkLost(page, take) {
  const links = [];
  let isCut = false;
  await page.routeWebSocket(/./, (link) => {
    links.push(link);
    if (isCut) link.close();
    else link.connectToServer();
  });
  await page.reload();
  await page
    .getByRole("tab", { name: /^web, / })
    .first()
    .click();
  await prompt(page);
  isCut = true;
  for (const link of links) await link.close();
  await page.getByRole("alert").filter({ hasText: "was lost" }).waitFor();
  await settle(page);
  await take("link-lost");
}
