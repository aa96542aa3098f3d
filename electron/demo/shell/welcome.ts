import { textWidth } from "./cell-width.ts";
import type { Prompt } from "./line-view.ts";
import type { ShellHost } from "./types.ts";

const BOLD = "\x1b[1m";
const DIM = "\x1b[2m";
const RESET = "\x1b[m";

export function messageOfTheDay(host: ShellHost): string {
  return [
    `${BOLD}Culvert demo network${RESET}  ${host.app}, machine ${host.machineId} in ${host.region}`,
    `${DIM}A sandbox in memory on this computer: nothing here reaches your files or the internet.${RESET}`,
    `Try: ${["ls", "cat README.md", `curl http://${host.app}.internal:8080`, "top", "yes"].map((text) => `${BOLD}${text}${RESET}`).join(", ")} (Ctrl+C stops it)`,
    "",
    "",
  ].join("\n");
}

/** `root@api 148e21dad76789 ams:/app# ` in colours. */
export function promptFor(host: ShellHost, state: { readonly cwd: string; readonly lastStatus: number }): Prompt {
  const folder = shortened(state.cwd);
  const parts: readonly (readonly [string, string])[] = [
    ["1;32", `root@${host.app}`],
    ["", " "],
    ["2", host.machineId],
    ["", " "],
    ["35", host.region],
    ["", ":"],
    ["1;34", folder],
    [state.lastStatus === 0 ? "" : "31", "#"],
    ["", " "],
  ];
  const text = parts.map(([code, part]) => (code === "" ? part : `\x1b[${code}m${part}${RESET}`)).join("");
  return { text, width: parts.reduce((sum, [, part]) => sum + textWidth(part), 0) };
}

/** OSC 0, the tab's title, and OSC 7, the folder. */
export function titleFor(host: ShellHost, cwd: string): string {
  const path = cwd.split("/").map(encodeURIComponent).join("/");
  return `\x1b]0;${host.app} ${host.region}: ${shortened(cwd).replace(/[^ -~]/g, "?")}\x07\x1b]7;file://${host.machineId}${path}\x1b\\`;
}

function shortened(cwd: string): string {
  const home = cwd === "/root" || cwd.startsWith("/root/") ? `~${cwd.slice(5)}` : cwd;
  // A folder's name may hold anything; a prompt must not.
  return home.replace(/[\p{Cc}]/gu, "?");
}
