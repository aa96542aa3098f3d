import type { Locator, Page } from "@playwright/test";
import { type Culvert, expect, test } from "./support/fixtures.ts";

/** The terminal as a person meets it, by the complaints of shared/ux-ecosystem.md that each test answers. */

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** What the browser does at Ctrl+V, without its clipboard: other programs of the computer use that too. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}

const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

async function selectFirst(culvert: Culvert, text: string): Promise<void> {
  // The prompt that follows may push the rows up.
  await culvert.expectPrompt();
  const { x, y } = await pointIn(culvert, text, 10);
  await culvert.page.mouse.dblclick(x, y);
}

/** A place in the last row that holds the text: xterm takes the pointer itself, in front of its rows. */
async function pointIn(culvert: Culvert, text: string, right: number): Promise<{ x: number; y: number }> {
  const box = await culvert.terminal.locator(".xterm-rows > div").filter({ hasText: text }).last().boundingBox();
  return { x: (box?.x ?? 0) + right, y: (box?.y ?? 0) + 8 };
}

/** A click that comes too soon after the question answers nothing. */
async function answer(button: Locator): Promise<void> {
  const isAsked = async (): Promise<boolean> => {
    await button.click({ timeout: 1000 }).catch(() => undefined);
    return button.isVisible();
  };
  await expect.poll(isAsked).toBe(false);
}

const dialog = (culvert: Culvert) => culvert.page.getByRole("dialog");

test.describe("#14 copy", () => {
  test("Ctrl+C copies only with a selection, then clears it; without one it interrupts", async ({ culvert }) => {
    await culvert.openShell("web");
    await culvert.type("echo copied-$((40+2))");
    await culvert.expectLine("copied-42");
    await selectFirst(culvert, "copied-42");
    await culvert.page.keyboard.press("Control+c");
    await expect.poll(() => clipboard(culvert.page)).toBe("copied-42");
    await culvert.page.keyboard.type("sleep 100\n");
    await culvert.page.keyboard.press("Control+c");
    await culvert.expectLine(/\^C/);
    await culvert.type("echo after-$((1+1))");
    await culvert.expectLine("after-2");
  });

  test("a browser that refuses is said to, in the pane", async ({ culvert }) => {
    await culvert.openShell("web");
    await culvert.type("echo refused-$((1+1))");
    await culvert.expectLine("refused-2");
    await culvert.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await selectFirst(culvert, "refused-2");
    const terminal = culvert.page.getByTestId("terminal");
    const before = await terminal.boundingBox();
    await culvert.page.keyboard.press("Control+Shift+c");
    const said = culvert.page.getByRole("alert");
    await expect(said).toContainText("did not let Culvert write");
    // It takes no row from the program, and does not lie over the line that is typed in.
    expect(await terminal.boundingBox()).toEqual(before);
    const [bar, cursor] = [await said.boundingBox(), await terminal.locator(".xterm-cursor").boundingBox()];
    expect(bar!.y).toBeGreaterThanOrEqual(cursor!.y + cursor!.height);
  });
});

test.describe("#26 one paste path", () => {
  test("several lines into a program that is not told of pastes are shown first", async ({ culvert }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    await culvert.start("cat");
    await paste(page, "one\r\ntwo\x1b[201~\u202e\n");
    await expect(dialog(culvert)).toContainText("2 lines");
    await expect(dialog(culvert)).toContainText("U+202E");
    await expect(dialog(culvert)).toContainText("1 control character was taken out.");
    await page.keyboard.press("Escape");
    await expect(dialog(culvert)).toBeHidden();
    await culvert.hasKeyboard();
    await paste(page, "one\ntwo\n");
    await page.getByRole("button", { name: "Paste as one line" }).click();
    await culvert.type("");
    await expect.poll(async () => (await culvert.lines()).filter((line) => line === "one two")).toHaveLength(2);
    await page.keyboard.press("Control+d");
  });

  test("at a prompt that is told of them they go at once, run nothing, and cannot break out", async ({ culvert }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    await paste(page, "echo a-$((1+1))\necho b-$((1+1))\x1b[201~\recho c-$((1+1))\n");
    await culvert.expectLine(/echo b-\$\(\(1\+1\)\)\[201~$/);
    await expect(dialog(culvert)).toBeHidden();
    expect((await culvert.lines()).join("\n")).not.toContain("a-2");
    await page.keyboard.press("Control+c");
  });

  test("every route is guarded: the context menu, middle click, Shift+Insert", async ({ culvert }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    await culvert.start("printf 'x-%s\\n' one two; cat");
    await culvert.expectLine("x-two");
    await page.evaluate(() => navigator.clipboard.writeText("l1\nl2\n"));
    const screen = culvert.terminal.locator(".xterm-screen");
    await screen.click({ button: "right" });
    await page.getByRole("menuitem", { name: "Paste" }).click();
    await expect(dialog(culvert)).toContainText("l1");
    await page.keyboard.press("Escape");
    await expect(dialog(culvert)).toBeHidden();
    // Two rows, so that the primary selection has several lines.
    const row = (text: string) => culvert.terminal.locator(".xterm-rows > div").filter({ hasText: text }).last();
    const [from, to] = [await row("x-one").boundingBox(), await row("x-two").boundingBox()];
    await page.mouse.move((from?.x ?? 0) + 2, (from?.y ?? 0) + 8);
    await page.mouse.down();
    await page.mouse.move((to?.x ?? 0) + 60, (to?.y ?? 0) + 8, { steps: 5 });
    await page.mouse.up();
    await screen.click({ button: "middle" });
    await expect(dialog(culvert)).toContainText("x-one");
    await page.keyboard.press("Escape");
    await expect(dialog(culvert)).toBeHidden();
    await culvert.hasKeyboard();
    await page.keyboard.press("Shift+Insert");
    await expect(dialog(culvert)).toContainText("l1");
  });

  test("a huge paste is asked for with its size, and all of it arrives", async ({ culvert }) => {
    test.slow();
    const { page } = culvert;
    await culvert.openShell("web");
    await culvert.start("cat > pasted.txt");
    const text = Array.from({ length: 12_000 }, (_, index) => `${index} ${"x".repeat(90)}`).join("\n");
    await paste(page, `${text}\n`);
    await expect(page.getByText("12,000 lines, 1.2 MB")).toBeVisible();
    // Looked for before it can be there: it stands for as long as the paste takes.
    const pasting = page.getByText(/^Pasting: /).waitFor();
    await page.getByRole("button", { name: "Paste", exact: true }).click();
    await pasting;
    await expect(page.getByText(/^Pasting: /)).toBeHidden({ timeout: 60_000 });
    await culvert.hasKeyboard();
    await page.keyboard.press("Control+d");
    await culvert.type("wc -lc pasted.txt");
    await expect
      .poll(async () => (await culvert.lines()).join("\n"), { timeout: 60_000 })
      .toMatch(new RegExp(`12000\\s+${text.length + 1}\\s+pasted.txt`));
  });
});

test.describe("#26 what a program may ask for", () => {
  test("OSC 52: asked per app, remembered; a read is never answered", async ({ culvert }) => {
    const { page } = culvert;
    await page.evaluate(() => navigator.clipboard.writeText("mine"));
    await culvert.openShell("web");
    await culvert.start("printf '\\033]52;c;?\\007'; cat -v");
    // The terminal has read the question when it shows this: an answer would stand in the same row.
    await culvert.type("asked");
    await culvert.expectLine("asked");
    await page.keyboard.press("Control+c");
    await culvert.expectPrompt();
    await culvert.type("demo clipboard theirs-1");
    const bar = page.getByText("web wants to put 8 B of text on the clipboard");
    await expect(bar).toBeVisible();
    expect(await clipboard(page)).toBe("mine");
    await answer(page.getByRole("button", { name: "Always for web" }));
    await expect.poll(() => clipboard(page)).toBe("theirs-1");
    await culvert.type("demo clipboard theirs-2");
    await expect.poll(() => clipboard(page)).toBe("theirs-2");
    await expect(bar).toBeHidden();
    expect((await culvert.lines()).join("\n")).not.toContain(Buffer.from("mine").toString("base64"));
  });

  test("OSC 8 shows where it leads; only pages and mail are links", async ({ culvert, context }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    await culvert.type("clear; demo links");
    await culvert.expectLine(/not a link here$/);
    const target = page.getByText("https://fly.io/docs/reference/ ·");
    const reference = await pointIn(culvert, "the reference", 80);
    const other = await pointIn(culvert, "not a link here", 80);
    await page.mouse.move(reference.x, reference.y);
    await expect(target).toBeVisible();
    await page.mouse.move(other.x, other.y);
    await expect(page.getByText(/Ctrl\+click opens it/)).toBeHidden();
    await page.keyboard.down("Control");
    await page.mouse.click(other.x, other.y);
    await page.mouse.move(reference.x, reference.y);
    await expect(target).toBeVisible();
    const answer = { body: "<title>there</title>", contentType: "text/html" };
    await context.route("https://fly.io/**", (route) => route.fulfill(answer));
    const popup = context.waitForEvent("page");
    await page.mouse.click(reference.x, reference.y);
    await page.keyboard.up("Control");
    const opened = await popup;
    expect(await opened.evaluate(() => window.opener)).toBeNull();
    expect(context.pages()).toHaveLength(2);
  });

  test("a bar that a program makes come hides neither where a link leads nor itself behind the text with a caret", async ({
    culvert,
  }) => {
    const { page } = culvert;
    await culvert.openShell("web");
    await culvert.type("clear; demo clipboard theirs; demo links");
    await culvert.expectLine(/not a link here$/);
    const bar = page.locator("[data-over-text=bottom]").filter({ hasText: "web wants to put" });
    await expect(bar).toBeVisible();
    const reference = await pointIn(culvert, "the reference", 80);
    await page.mouse.move(reference.x, reference.y);
    const [target, below] = [
      await page.getByText("https://fly.io/docs/reference/ ·").boundingBox(),
      await bar.boundingBox(),
    ];
    expect(target!.y + target!.height).toBeLessThanOrEqual(below!.y);
    await page.keyboard.press("Alt+F2");
    await expect(page.getByRole("textbox", { name: /^Text of web/ })).toBeFocused();
    await answer(bar.getByRole("button", { name: "Never" }));
  });
});

test("#26 a page that is loaded again has a program's links and its progress", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.type("clear; demo links; printf '\\033]9;4;1;42\\007'; echo told-$((1+1))");
  await culvert.expectLine("told-2");
  await expect(culvert.tabs.first()).toHaveAccessibleName(/progress 42 %/);
  await page.reload();
  await culvert.expectLine("told-2");
  const reference = await pointIn(culvert, "the reference", 80);
  await page.mouse.move(reference.x, reference.y);
  await expect(page.getByText("https://fly.io/docs/reference/ ·")).toBeVisible();
  await expect(culvert.tabs.first()).toHaveAccessibleName(/progress 42 %/);
});

test("#8 the wheel goes up from the end of much output, and the view stays there until a key", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.type("seq 1 3000; read more; seq 3001 3300");
  await culvert.expectLine("3000");
  const top = async (): Promise<number> =>
    Number((await culvert.terminal.locator(".xterm-rows > div").first().textContent())?.trim());
  const end = await top();
  const { x, y } = await pointIn(culvert, "3000", 10);
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -500);
  await expect.poll(top).toBeLessThan(end);
  expect(await top()).toBeGreaterThan(end - 100);
  await page.keyboard.press("Enter");
  await culvert.expectLine("3300");
});

test("#28 find: counts, switches, an expression that is none, Esc gives the focus back", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.type("seq 1 5000 | sed 's/$/ Row/'; echo needle-$((1+1))");
  await culvert.expectLine("needle-2");
  await selectFirst(culvert, "needle-2");
  await page.keyboard.press("Control+Shift+f");
  const field = page.getByRole("textbox", { name: "Find in shell" });
  await expect(field).toHaveValue("needle-2");
  await expect(field).toBeFocused();
  await expect(page.getByText("1 of 1", { exact: true })).toBeVisible();
  await field.fill("row");
  await expect(page.getByText("1,000+ matches")).toBeVisible();
  await page.getByRole("button", { name: "Match case" }).click();
  await expect(page.getByText("No matches")).toBeVisible();
  await page.getByRole("button", { name: "Match case" }).click();
  await page.getByRole("button", { name: "Regular expression" }).click();
  await field.fill("^49[0-9]{2} ");
  await expect(page.getByText("100 of 100")).toBeVisible();
  await field.press("Enter");
  await expect(page.getByText("99 of 100")).toBeVisible();
  await field.press("Shift+Enter");
  await expect(page.getByText("100 of 100")).toBeVisible();
  await field.fill("[0-9");
  await expect(page.getByText("Not a regular expression")).toBeVisible();
  await field.press("Escape");
  await culvert.type("echo typed-$((1+1))");
  await culvert.expectLine("typed-2");
});

test("#25 the accessible view is text with a caret; Tab can leave the terminal, and says so", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await culvert.type("echo read-me-$((1+1))");
  await culvert.expectLine("read-me-2");
  await page.keyboard.press("Alt+F2");
  const view = page.getByRole("textbox", { name: /^Text of web/ });
  await expect(view).toBeFocused();
  expect(await view.inputValue()).toContain("read-me-2");
  await page.keyboard.press("Escape");
  await expect(view).toBeHidden();
  await culvert.type("echo back-$((1+1))");
  await culvert.expectLine("back-2");
  const inside = () => page.evaluate(() => document.activeElement?.closest("[data-testid=terminal]") !== null);
  await page.keyboard.press("Tab");
  expect(await inside()).toBe(true);
  await page.keyboard.press("Control+Shift+M");
  await expect(page.getByText("Tab now moves the focus").first()).toBeVisible();
  await page.keyboard.press("Tab");
  expect(await inside()).toBe(false);
  await page.keyboard.press("Shift+Tab");
  expect(await inside()).toBe(true);
  await page.keyboard.press("Shift+Tab");
  expect(await inside()).toBe(false);
});

test("#24 an input method: what is composed is typed once, and its view stays in the pane", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  const client = await page.context().newCDPSession(page);
  await page.keyboard.type("echo ");
  for (const text of ["に", "にh", "にほ", "にほn", "日本"]) {
    await client.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  }
  const view = culvert.terminal.locator(".composition-view.active");
  await expect(view).toHaveText("日本");
  const [pane, composed] = [await culvert.terminal.boundingBox(), await view.boundingBox()];
  expect((composed?.x ?? 0) + (composed?.width ?? 0)).toBeLessThanOrEqual((pane?.x ?? 0) + (pane?.width ?? 0));
  await client.send("Input.insertText", { text: "日本" });
  await expect(view).toBeHidden();
  await page.keyboard.type("語");
  await client.send("Input.imeSetComposition", { text: "e", selectionStart: 1, selectionEnd: 1 });
  await client.send("Input.insertText", { text: "é" });
  await page.keyboard.press("Enter");
  await culvert.expectLine("日本語é");
});

test("#24 a composition at the right edge is not drawn outside of the pane", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  const client = await page.context().newCDPSession(page);
  const columns = await culvert.terminal.evaluate((host) => Math.floor(host.clientWidth / 7.8));
  await page.keyboard.type("x".repeat(columns - 40));
  const text = "にほんごのとてもながいへんかん";
  await client.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  const view = culvert.terminal.locator(".composition-view.active");
  await expect(view).toBeVisible();
  const [pane, composed] = [await culvert.terminal.boundingBox(), await view.boundingBox()];
  expect((composed?.x ?? 0) + (composed?.width ?? 0)).toBeLessThanOrEqual((pane?.x ?? 0) + (pane?.width ?? 0) + 1);
});

test("#6 #27 the window's title names app, machine and region of the shell in front", async ({ culvert }) => {
  await culvert.openShell("web");
  await expect(culvert.page).toHaveTitle(/^web · \S+ · [a-z]{3} — Culvert$/);
  await culvert.openShell("api");
  await expect(culvert.page).toHaveTitle(/^api · \S+ · [a-z]{3} — Culvert$/);
  await culvert.type("printf '\\033]0;evil\\007'; echo said-$((1+1))");
  await culvert.expectLine("said-2");
  await expect(culvert.page).toHaveTitle(/^api · /);
});

test("#12 a page that is frozen stops neither the other windows nor, once taken over, its own shell", {
  tag: "@alone",
}, async ({ culvert, context, server }) => {
  await culvert.openShell("web");
  await culvert.type("yes");
  await culvert.expectLine("y");
  const client = await context.newCDPSession(culvert.page);
  await client.send("Emulation.setScriptExecutionDisabled", { value: false });
  await client.send("Page.setWebLifecycleState", { state: "frozen" });
  const second = new (culvert.constructor as typeof Culvert)(await context.newPage());
  await second.page.goto(server.origin);
  await second.openShell("api");
  await second.type("echo alive-$((1+1))");
  await second.expectLine("alive-2");
  await second.tabs.nth(0).click();
  await second.expectLine("y");
  await second.hasKeyboard();
  await second.page.keyboard.press("Control+c");
  await second.type("clear; echo taken-$((1+1))");
  await second.expectLine("taken-2");
  await client.send("Page.setWebLifecycleState", { state: "active" });
});
