import { contextBridge, ipcRenderer } from "electron";

/**
 * All that the page gets from Electron: it may ask for its link, and the main process answers with one MessagePort.
 * No function of ours, no channel name of its choice and no object of Electron's reaches the page.
 */

contextBridge.exposeInMainWorld("culvertDesktop", true);

window.addEventListener("message", (event) => {
  if (event.source === window && event.origin === window.location.origin && event.data === "culvert:connect")
    ipcRenderer.send("culvert:connect");
});

ipcRenderer.on("culvert:port", (event) => {
  window.postMessage("culvert:link", window.location.origin, event.ports);
});
