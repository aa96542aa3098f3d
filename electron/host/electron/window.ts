import { BrowserWindow, shell, type WebContents, type WebPreferences } from "electron";
import { PAGE_ORIGIN } from "./page-protocol.ts";

/** What every window of ours is made with: nothing of Node or of Electron in the page. */
export const PAGE_PREFERENCES: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
  // Shells keep printing while the window is covered.
  backgroundThrottling: false,
};

export function openWindow(preload: string, options: { developer: boolean }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 640,
    minHeight: 400,
    show: false,
    title: "Culvert",
    backgroundColor: "#16181d",
    webPreferences: { ...PAGE_PREFERENCES, preload, devTools: options.developer },
  });
  window.once("ready-to-show", () => window.show());
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}

/** For every page that Electron ever makes: it stays where it is, and opens nothing but a link in the user's browser. */
export function lockPage(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: "deny" };
  });
  contents.on("will-frame-navigate", (event) => {
    if (isOurPage(event.url) && event.isMainFrame) return;
    event.preventDefault();
    if (event.isMainFrame) openOutside(event.url);
  });
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
}

/** Hands a link to the user's browser or mail program: nothing else, for that could start any program. */
function openOutside(address: string): void {
  const safe = outsideAddress(address);
  if (safe !== undefined) void shell.openExternal(safe).catch(() => undefined);
}

export function outsideAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === "mailto:") return url.href;
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
}

export function isOurPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return `${url.protocol}//${url.host}` === PAGE_ORIGIN;
}
