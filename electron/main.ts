import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { app, dialog, powerMonitor, type Session, session } from "electron";
import { asCulvertError } from "./base/errors.ts";
import { composeHost, signInAtStart } from "./entries/compose.ts";
import { Faults } from "./entries/faults.ts";
import { acceptPages } from "./host/electron/connect.ts";
import { LinkInbox, linkIn } from "./host/electron/links.ts";
import { installMenu } from "./host/electron/menu.ts";
import { declarePageScheme, servePage } from "./host/electron/page-protocol.ts";
import { denyPermissions } from "./host/electron/permissions.ts";
import { openSafeVault } from "./host/electron/safe-vault.ts";
import { lockPage, openWindow } from "./host/electron/window.ts";
import type { Host } from "./host/host.ts";
import { profilePaths } from "./host/paths.ts";
import { openProfile, type Profile } from "./host/profile.ts";

/** The desktop edition: Electron's window around the host. */

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PRELOAD = join(FOLDER, "preload.cjs");
const developer = process.env["CULVERT_DEVELOPER"] === "1";
const paths = profilePaths();

// Chromium's own files, and the lock that keeps the desktop edition single, belong to the profile.
app.setPath("userData", join(paths.config, "chromium"));
app.enableSandbox();
declarePageScheme();
app.on("web-contents-created", (_event, contents) => lockPage(contents));

const links = new LinkInbox();
app.on("open-url", (event, url) => {
  event.preventDefault();
  links.put(linkIn([url]));
});
// Only an installed program takes the links of a system; a link may only navigate (shared/deep-link.ts).
if (app.isPackaged) app.setAsDefaultProtocolClient("culvert");

if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(fail);
else app.quit();

async function start(): Promise<void> {
  const profile = await openProfile(paths);
  new Faults({ log: profile.log, onTooMany: () => app.quit() }).install();
  const host = await composeHost("desktop", profile, await openSafeVault(profile.files, profile.log));
  quitCleanly(host, profile);
  powerMonitor.on("suspend", () => host.power("suspend"));
  powerMonitor.on("resume", () => host.power("resume"));
  prepareSession(session.defaultSession);
  installMenu(developer);
  acceptPages(profile.log, (link) => host.connect(link));
  await signInAtStart(host, {
    demo: process.argv.includes("--demo"),
    demoIfEmpty: process.argv.includes("--demo-if-empty"),
  });
  let window = openWindow(PRELOAD, { developer });
  const show = (): void => {
    if (window.isDestroyed()) window = openWindow(PRELOAD, { developer });
    if (window.isMinimized()) window.restore();
    window.focus();
  };
  app.on("second-instance", (_event, args) => {
    show();
    links.put(linkIn(args));
  });
  links.put(linkIn(process.argv));
  links.openFor((link) => {
    host.offerLink(link);
    show();
  });
  app.on("activate", show);
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
}

function prepareSession(pages: Session): void {
  denyPermissions(pages);
  servePage(pages, join(FOLDER, "renderer"));
}

/** Shells, tunnels, the engine and the demo end before the process does. */
function quitCleanly(host: Host, profile: Profile): void {
  let done = false;
  app.on("will-quit", (event) => {
    if (done) return;
    event.preventDefault();
    void host.shutdown().finally(() => {
      done = true;
      profile.dispose();
      app.quit();
    });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
}

function fail(error: unknown): void {
  const { message } = asCulvertError(error);
  process.stderr.write(`culvert: ${message}\n`);
  dialog.showErrorBox("Culvert cannot start", message);
  app.exit(1);
}
