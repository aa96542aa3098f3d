import type { Session } from "electron";
import { isOurPage } from "./window.ts";

/** Copy and paste in the terminal; nothing else that a page could ask for. */
const ALLOWED: ReadonlySet<string> = new Set(["clipboard-read", "clipboard-sanitized-write"]);

/** Electron grants most permissions unless told otherwise. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(ALLOWED.has(permission) && details.isMainFrame && isOurPage(details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && isOurPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.on("will-download", (event) => event.preventDefault());
}
