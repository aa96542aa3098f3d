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
  await expect(culvert.page.getByText("This shell was opened in another window.")).toBeVisible();
});

test("an app whose machines are stopped refuses with the reason", async ({ culvert }) => {
  await culvert.app("cron").click();
  await expect(culvert.page.getByRole("alert")).toContainText(/no running machine|is stopped/);
  await expect(culvert.page.getByText(/^fly machine start \w+ -a cron$/)).toHaveCount(2);
});

test("a flood leaves the page responsive, and Ctrl+C ends it within 150 ms", { tag: "@alone" }, async ({ culvert }) => {
  await culvert.openShell("web");
  const stopTimes: number[] = [];
  // What else runs on this computer may spoil a round; what we buffer would spoil all of them.
  for (let round = 0; round < 2 || (round < 6 && Math.min(...stopTimes) >= 150); round++) {
    await culvert.type("clear; yes");
    await culvert.expectLine("y");
    // Ten seconds once: long enough for whatever piles up to have piled up. What the computer takes from all is in both.
    const duration = round === 0 ? 10_000 : 3500;
    const [gap, ours] = await Promise.all([culvert.page.evaluate(longestGap, duration), longestGap(duration)]);
    expect(gap - ours).toBeLessThan(1000);
    // A handle first: its promise watches before the key is pressed.
    const watch = await culvert.page.evaluateHandle(watchStop);
    await culvert.page.keyboard.press("Control+c");
    stopTimes.push(await watch.evaluate(({ stopped }) => stopped));
    await culvert.type(`clear; echo after-$((1+${round}))`);
    await culvert.expectLine(`after-${1 + round}`);
  }
  test.info().annotations.push({ type: "Ctrl+C", description: `${stopTimes.map(Math.round).join(", ")} ms` });
  expect(Math.min(...stopTimes)).toBeLessThan(150);
});

/** The longest time in which the page, or the process, did nothing else, within `duration`; both in milliseconds. */
async function longestGap(duration: number): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const end = last + duration;
  while (last < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

/** Milliseconds from Ctrl+C to the last change of the screen before it was still for half a second. */
function watchStop(): { stopped: Promise<number> } {
  const rows = [...document.querySelectorAll(".xterm-rows")].find((element) => element.getClientRects().length > 0);
  const stopped = new Promise<number>((resolve) => {
    let pressedAt: number | undefined;
    let lastChangeAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waitForStillness = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        resolve(lastChangeAt - (pressedAt ?? lastChangeAt));
      }, 500);
    };
    const observer = new MutationObserver(() => {
      lastChangeAt = performance.now();
      if (pressedAt !== undefined) waitForStillness();
    });
    if (rows !== undefined) observer.observe(rows, { childList: true, subtree: true, characterData: true });
    const onKey = ({ key, ctrlKey }: KeyboardEvent): void => {
      if (key !== "c" || !ctrlKey) return;
      removeEventListener("keydown", onKey, { capture: true });
      pressedAt = performance.now();
      waitForStillness();
    };
    addEventListener("keydown", onKey, { capture: true });
  });
  return { stopped };
}
