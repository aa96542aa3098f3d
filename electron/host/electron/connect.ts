import { type IpcMainEvent, ipcMain, MessageChannelMain } from "electron";
import type { Log } from "../../base/log.ts";
import type { Link } from "../link.ts";
import { PortLink } from "./port-link.ts";
import { isOurPage } from "./window.ts";

/** Gives a page that asks its link, when the asking frame is the main frame of our own page. */
export function acceptPages(log: Log, onLink: (link: Link) => void): void {
  ipcMain.on("culvert:connect", (event) => {
    if (!isFromOurPage(event)) {
      log.warn("link refused", { from: event.senderFrame?.url ?? "a frame that is gone" });
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    onLink(new PortLink(port1));
    event.senderFrame?.postMessage("culvert:port", null, [port2]);
  });
}

function isFromOurPage({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOurPage(senderFrame.url);
}
