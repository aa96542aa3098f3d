import type { Session } from "electron";
import { isConfigFileName } from "../../../shared/config-name.ts";
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
  // One thing leaves by a download: an exported configuration, made by our page. A person says where it goes.
  session.on("will-download", (event, item) => {
    const isOurs = item.getURL().startsWith("blob:") && isOurPage(item.getURL().slice("blob:".length));
    if (!isOurs || !isConfigFileName(item.getFilename())) event.preventDefault();
  });
}
