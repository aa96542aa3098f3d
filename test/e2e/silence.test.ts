import { DemoProcess } from "./support/demo-cloud.ts";
import { expect, test } from "./support/fixtures.ts";
import { NAMES } from "./support/names.ts";

/** A cloud in a process of its own, which can be stopped: the gateway then says nothing, as over a path that is gone. */

test.use({ serveArgs: [] });

/** WireGuard calls a gateway three times, 5 s apart, once it has answered nothing for 15 s (section 6.5 of its paper). */
const SILENCE_MS = 90_000;

test("#1 a silent gateway: a bar says for how long and that keys wait, beside the text, and goes with the silence", async ({
  culvert,
  profile,
}) => {
  const { page } = culvert;
  const demo = await DemoProcess.start(profile);
  try {
    await page.getByRole("button", { name: NAMES.signIn }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(NAMES.token).fill(demo.access.token);
    await dialog.getByRole("button", { name: NAMES.otherEndpoint }).click();
    await dialog.getByLabel(NAMES.endpoint).fill(demo.access.api);
    await dialog.getByRole("button", { name: NAMES.signIn }).click();
    await culvert.openShell("web");
    await culvert.type("echo before-$((1+1))");
    await culvert.expectLine("before-2");

    const bar = page.getByRole("region", { name: NAMES.gatewaySilent });
    demo.program.child.kill("SIGSTOP");
    await culvert.type("echo after-$((2+2))");
    await expect(bar).toContainText(/Gateway silent for \d+ s\. What you type waits\./, { timeout: SILENCE_MS });
    await culvert.expectLine("before-2");
    await bar.getByRole("button", { name: "Try now" }).click();
    await culvert.hasKeyboard();

    demo.program.child.kill("SIGCONT");
    await expect(bar).toHaveCount(0, { timeout: SILENCE_MS });
    await culvert.expectLine("after-4");
    await culvert.type("echo again-$((3+3))");
    await culvert.expectLine("again-6");
  } finally {
    demo.program.child.kill("SIGCONT");
    await demo.program.stop("SIGINT");
  }
});
