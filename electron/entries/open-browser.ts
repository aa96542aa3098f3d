import { spawn } from "node:child_process";

/** Shows the address in the user's browser; does nothing where there is none. The token in it works once only. */
export function openBrowser(url: string): void {
  const [program, ...args] = browserCommand(url);
  if (program === undefined) return;
  const child = spawn(program, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

function browserCommand(url: string): string[] {
  if (process.platform === "darwin") return ["open", url];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return hasDisplay() ? ["xdg-open", url] : [];
}

/** Whether a window can be shown at all: X11 or Wayland on Linux and the BSDs, always elsewhere. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);
}
