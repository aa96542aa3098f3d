import { fileURLToPath } from "node:url";
import { _electron, expect, test } from "@playwright/test";
import { findElectron } from "../../electron/entries/desktop.ts";
import { hasDisplay } from "../../electron/entries/open-browser.ts";
import { Culvert } from "./support/fixtures.ts";
import { ProfileFolder } from "./support/program.ts";

/** The desktop edition itself. Skipped, with the reason, where Electron's binary or a display is missing. */

const binary = findElectron();
const reason =
  binary === undefined
    ? "Electron's binary is not here (fetch it with: npx install-electron)"
    : hasDisplay()
      ? undefined
      : "there is no display (try: xvfb-run npm run test:e2e)";

test.describe("desktop edition", () => {
  if (reason !== undefined) process.stdout.write(`Electron tests are skipped: ${reason}.\n`);
  test.skip(reason !== undefined, reason);

  test("opens a locked-down window, and the demo's shell works in it", async () => {
    const profile = new ProfileFolder();
    const app = await _electron.launch({
      executablePath: binary ?? "",
      args: [
        fileURLToPath(new URL("../..", import.meta.url)),
        "--demo",
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-3d-apis",
      ],
      env: { ...process.env, CULVERT_CONFIG_DIR: profile.path, CULVERT_SECRETS: "session" },
    });
    const page = await app.firstWindow();
    const culvert = new Culvert(page);
    expect(page.url()).toBe("culvert-app://page/");
    expect(await page.evaluate(() => [typeof require, typeof process, "culvertDesktop" in window])).toEqual([
      "undefined",
      "undefined",
      true,
    ]);
    await culvert.openShell("web");
    await culvert.type("echo $((6*7))");
    await culvert.expectLine("42");
    await page.evaluate(() => {
      location.href = "file:///etc/passwd";
      window.open("https://attacker.invalid/");
    });
    expect(app.windows()).toHaveLength(1);
    expect(page.url()).toBe("culvert-app://page/");
    await app.close();
    await profile.remove();
  });
});
