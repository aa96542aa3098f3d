import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { WebSocket } from "ws";
import { Culvert, expect, Server, test } from "./support/fixtures.ts";

/** Starting, stopping, starting again. */

test("the address works once; its cookie works in later tabs", async ({ culvert, server, browser }) => {
  await expect(culvert.tree).toBeVisible();
  expect(culvert.page.url()).toBe(`${server.origin}/`);
  const later = await culvert.page.context().newPage();
  expect((await later.goto(server.origin))?.status()).toBe(200);
  const stranger = await browser.newContext();
  const page = await stranger.newPage();
  expect((await page.goto(server.url))?.status()).toBe(401);
  await expect(page.getByRole("heading", { name: "Not signed in" })).toBeVisible();
  await stranger.close();
});

test("a page of another server on this computer cannot open the link with the user's cookie", async ({
  culvert,
  server,
  context,
}) => {
  await expect(culvert.tree).toBeVisible();
  // Cookies know no ports: SameSite lets ours through here, so the Origin check stands alone.
  const cookies: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    cookies.push(request.headers.cookie);
    response.end("<!doctype html><title>another server</title>");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`);
  const result = await page.evaluate(
    (link) =>
      new Promise((resolve) => {
        const socket = new WebSocket(link);
        socket.onopen = () => resolve("open");
        socket.onerror = () => resolve("refused");
      }),
    `${server.origin.replace("http", "ws")}/link`,
  );
  other.close();
  expect(cookies[0]).toContain("culvert-");
  expect(result).toBe("refused");
  // That server has the cookie now, and is no browser: it can send any Origin.
  const forged = new WebSocket(`${server.origin.replace("http", "ws")}/link`, ["culvert.1"], {
    headers: { origin: server.origin, cookie: cookies[0] ?? "" },
  });
  expect(await new Promise((resolve) => forged.once("open", resolve).once("error", resolve))).toMatchObject({
    message: expect.stringContaining("401"),
  });
});

test("a page without its key says so, and opens when another tab brings one", async ({ culvert, server, context }) => {
  await expect(culvert.tree).toBeVisible();
  expect(culvert.page.url()).toBe(`${server.origin}/`);
  await culvert.page.evaluate(() => localStorage.clear());
  const page = await context.newPage();
  await page.goto(server.origin);
  await expect(page.getByRole("heading", { name: "This address was opened without its key." })).toBeVisible();
  const second = await Server.start(server.profile);
  await culvert.page.goto(second.url);
  await expect(culvert.tree).toBeVisible();
  await expect(page.getByRole("tree")).toBeVisible();
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Without the fixture that reads the console: the page says there that it cannot come back.
  test(`${signal} ends everything: exit code 0, no process, no lock`, async ({ page, server }) => {
    await page.goto(server.url);
    await new Culvert(page).openShell("web");
    const children = childrenOf(server.program.pid);
    const { code, stderr } = await server.program.stop(signal);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(existsSync(`/proc/${server.program.pid}`)).toBe(false);
    // A child ends with its parent, which nobody waits for any more.
    await expect.poll(() => children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readdirSync(server.profile.path)).not.toContain("core.lock");
  });
}

test("the demo account, its machines' keys and the settings survive a restart", async ({ profile, page }) => {
  const first = await Server.start(profile, "--demo");
  await page.goto(first.url);
  await expect(page.getByRole("tree")).toBeVisible();
  await first.program.stop();
  const second = await Server.start(profile);
  await page.goto(second.url);
  await expect(page.getByRole("treeitem", { name: /^web, / })).toBeVisible();
  await second.program.stop();
});

test("a second start of the same profile gives a new address of the first", async ({ server, browser }) => {
  const second = await Server.start(server.profile);
  expect((await second.program.ended).code).toBe(0);
  expect(second.origin).toBe(server.origin);
  expect(second.url).not.toBe(server.url);
  const page = await browser.newPage();
  expect((await page.goto(second.url))?.status()).toBe(200);
  await page.close();
});

/** Processes whose parent is `pid`, where the system lists them. */
function childrenOf(pid: number): number[] {
  const list = join("/proc", String(pid), "task", String(pid), "children");
  return existsSync(list) ? readFileSync(list, "utf8").split(" ").filter(Boolean).map(Number) : [];
}
