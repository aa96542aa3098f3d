import { Culvert, expect, test } from "./support/fixtures.ts";

/** The whole path: page, host, engine, our TCP/IP and WireGuard, the demo cloud's gateway, an SSH server, a shell. */

test.describe("first run", () => {
  test.use({ serveArgs: [] });

  test("demo network, click an app, work in its shell", async ({ culvert }) => {
    await culvert.page.getByRole("button", { name: "Try the demo network" }).click();
    await culvert.openShell("web");
    await culvert.type("echo $((6*7))");
    await culvert.expectLine("42");
  });
});

test("the shell knows the window's size, and follows it", async ({ culvert }) => {
  await culvert.openShell("web");
  await culvert.type("stty size");
  const sizeOf = async (): Promise<number[]> => {
    const size = (await culvert.lines()).findLast((line) => /^\d+ \d+$/.test(line));
    return size?.split(" ").map(Number) ?? [];
  };
  await expect.poll(sizeOf).toHaveLength(2);
  const before = await sizeOf();
  await culvert.page.setViewportSize({ width: 900, height: 500 });
  await expect
    .poll(async () => {
      await culvert.type("clear; stty size");
      return (await sizeOf())[1] ?? 0;
    })
    .toBeLessThan(before[1] ?? 0);
});

test("a second shell shares the tunnel; a reload finds both with their screens", async ({ culvert }) => {
  await culvert.openShell("web");
  await culvert.type("echo first-$((1+1))");
  await culvert.expectLine("first-2");
  await culvert.openShell("api");
  await culvert.type("echo second-$((1+1))");
  await culvert.expectLine("second-2");
  await expect(culvert.tabs).toHaveCount(2);

  await culvert.page.reload();
  await expect(culvert.tabs).toHaveCount(2);
  await culvert.tabs.nth(0).click();
  await culvert.expectLine("first-2");
  await culvert.tabs.nth(1).click();
  await culvert.expectLine("second-2");
  await culvert.type("echo third-$((1+2))");
  await culvert.expectLine("third-3");
});

test("a second window takes a shell over, and the first says so", async ({ culvert, context, server }) => {
  await culvert.openShell("web");
  await culvert.type("echo here-$((1+1))");
  await culvert.expectLine("here-2");
  const second = new Culvert(await context.newPage());
  await second.page.goto(server.origin);
  await second.tabs.nth(0).click();
  await second.expectLine("here-2");
  await expect(culvert.page.getByText("This shell is shown in another window.")).toBeVisible();
});

test("an app whose machines are stopped refuses with the reason", async ({ culvert }) => {
  await culvert.app("cron").click();
  await expect(culvert.page.getByRole("alert")).toContainText(/no running machine|is stopped/);
});

test("a flood leaves the page responsive, and Ctrl+C ends it within 150 ms", async ({ culvert }) => {
  await culvert.openShell("web");
  await culvert.type("yes");
  await culvert.expectLine("y");
  // The longest time in which the page did nothing else, over ten seconds of flood.
  const longestGap = await culvert.page.evaluate(async () => {
    let longest = 0;
    let last = performance.now();
    const end = last + 10_000;
    while (last < end) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  });
  expect(longestGap).toBeLessThan(1000);

  const stopped = culvert.page.evaluate(stopTime);
  await culvert.page.keyboard.press("Control+c");
  const { pressedAt, lastChangeAt } = await stopped;
  test.info().annotations.push({ type: "Ctrl+C", description: `${(lastChangeAt - pressedAt).toFixed(0)} ms` });
  await culvert.type("echo after-$((1+1))");
  await culvert.expectLine("after-2");
  expect(lastChangeAt - pressedAt).toBeLessThan(150);
});

/** When the keys were pressed, and when the screen changed for the last time before it was still for half a second. */
function stopTime(): Promise<{ pressedAt: number; lastChangeAt: number }> {
  return new Promise((resolve) => {
    let pressedAt = 0;
    let lastChangeAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rows = [...document.querySelectorAll(".xterm-rows")].find((element) => element.getClientRects().length > 0);
    const observer = new MutationObserver(() => {
      lastChangeAt = performance.now();
      if (pressedAt === 0) return;
      clearTimeout(timer);
      timer = setTimeout(finish, 500);
    });
    const finish = (): void => {
      observer.disconnect();
      resolve({ pressedAt, lastChangeAt });
    };
    if (rows !== undefined) observer.observe(rows, { childList: true, subtree: true, characterData: true });
    addEventListener(
      "keydown",
      (event) => {
        if (event.key === "c" && event.ctrlKey) pressedAt = performance.now();
      },
      { capture: true },
    );
  });
}
