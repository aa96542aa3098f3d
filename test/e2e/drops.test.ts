import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { type Culvert, expect, test } from "./support/fixtures.ts";
import { NAMES } from "./support/names.ts";

/** What is dragged into the window from elsewhere, as the browser itself takes it from the system. */

interface Dragged {
  readonly items: readonly { readonly mimeType: string; readonly data: string }[];
  readonly files?: readonly string[];
}

const text = (data: string): Dragged => ({ items: [{ mimeType: "text/plain", data }] });
const link = (url: string): Dragged => ({
  items: [
    { mimeType: "text/uri-list", data: url },
    { mimeType: "text/html", data: `<a href="${url}">a page</a>` },
  ],
});
const file = (path: string): Dragged => ({ items: [], files: [path] });

const COPY_LINK_MOVE = 1 | 2 | 16;

/** Drags it over the middle of a part and lets it go there. */
async function drop(page: Page, onto: Locator, { items, files = [] }: Dragged): Promise<void> {
  const box = await onto.boundingBox();
  const x = (box?.x ?? 0) + (box?.width ?? 0) / 2;
  const y = (box?.y ?? 0) + (box?.height ?? 0) / 2;
  const data = { items: [...items], files: [...files], dragOperationsMask: COPY_LINK_MOVE };
  const cdp = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await cdp.send("Input.dispatchDragEvent", { type, x, y, data });
  await cdp.detach();
}

const pasteDialog = (culvert: Culvert) => culvert.page.getByRole("dialog", { name: NAMES.pasteTitle });

test("#26 text dropped onto a shell is pasted, and asked for first where a paste would be", async ({ culvert }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  await drop(page, culvert.terminal, text("echo dropped-$((40+2))"));
  // Nothing runs before somebody says so, and the shell has the keyboard.
  await culvert.expectLine(/# echo dropped-\$\(\(40\+2\)\)$/);
  await culvert.type("");
  await culvert.expectLine("dropped-42");
  await drop(page, culvert.terminal, link("https://example.com/dropped"));
  await culvert.expectLine(/# https:\/\/example\.com\/dropped$/);
  await page.keyboard.press("Control+C");
  await culvert.start("cat");
  await drop(page, culvert.terminal, text("echo first\necho second\n"));
  await expect(pasteDialog(culvert)).toContainText("echo second");
  await page.keyboard.press("Escape");
  await expect(pasteDialog(culvert)).toHaveCount(0);
});

test("#26 nothing that is dropped leads away from the page, or runs", async ({ culvert, profile }) => {
  const { page } = culvert;
  await culvert.openShell("web");
  const here = page.url();
  const html = join(profile.path, "evil.html");
  await writeFile(html, "<script>document.title = 'evil'</script>");
  let left = 0;
  page.on("framenavigated", () => void left++);
  page.context().on("page", () => void left++);
  const parts = [
    culvert.terminal,
    culvert.tree,
    culvert.tabs.first(),
    page.getByRole("contentinfo"),
    page.getByRole("banner"),
  ];
  for (const part of parts) {
    for (const dragged of [
      file(html),
      link("https://example.com/"),
      link("javascript:document.title='evil'"),
      text("x"),
    ]) {
      if (part !== culvert.terminal || dragged.files !== undefined) await drop(page, part, dragged);
    }
  }
  await drop(page, page.getByRole("searchbox", { name: NAMES.filter }), file(html));
  // Text goes into a field, as everywhere.
  await drop(page, page.getByRole("searchbox", { name: NAMES.filter }), text("api"));
  await expect(page.getByRole("searchbox", { name: NAMES.filter })).toHaveValue("api");
  await expect(culvert.app("api")).toBeVisible();
  expect([left, page.url()]).toEqual([0, here]);
  await expect(page).not.toHaveTitle("evil");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("#21 a configuration dropped beside the shells is looked at before it is imported, one onto a shell is refused", async ({
  culvert,
  profile,
}) => {
  const { page } = culvert;
  await culvert.openShell("web");
  const conf = join(profile.path, "office.conf");
  await writeFile(conf, "[Interface]\nPrivateKey = none\n");
  await drop(page, culvert.terminal, file(conf));
  await drop(page, page.getByRole("contentinfo"), text("x"));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await drop(page, culvert.tree, file(conf));
  await expect(page.getByRole("textbox", { name: NAMES.configText })).toHaveValue(/PrivateKey = none/);
});
