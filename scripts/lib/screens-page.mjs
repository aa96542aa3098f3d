/** What every scene needs of the page: its parts, and waiting until they are as a picture wants them. */

export function app(page, name) {
  return page
    .getByRole("tree")
    .getByRole("treeitem", { name: new RegExp(`^${name}, `) })
    .first();
}

export async function prompt(page) {
  await prompts(page, 1);
  await terminal(page).last().click();
}

/** So many panes in view have a prompt. */
export async function prompts(page, count) {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll(".xterm-rows")].filter(
        (rows) => rows.getClientRects().length > 0 && /root@\S+ .*#/.test(rows.textContent),
      ).length >= wanted,
    count,
  );
}

export function terminal(page) {
  return page.getByTestId("terminal").filter({ visible: true }).locator(".xterm-screen");
}

export async function type(page, line) {
  await page.keyboard.type(`${line}\n`);
}

/** Fonts, transitions and the tree's own questions. */
export async function settle(page) {
  await page.mouse.move(900, 799);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(400);
}

/** Loads the page anew with a link that falls silent after a message that matches, until it is released. */
export async function holdAt(page, moment) {
  let release = () => {};
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.routeWebSocket(/./, (toPage) => {
    let last = Promise.resolve();
    let isHeld = false;
    toPage.connectToServer().onMessage((message) => {
      last = last.then(() => toPage.send(message));
      if (isHeld || !moment.test(String(message))) return;
      isHeld = true;
      last = last.then(() => released);
    });
  });
  await page.reload();
  return release;
}
