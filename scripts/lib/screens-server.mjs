import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { inProject } from "./paths.mjs";

/** Starts the browser edition on a profile; resolves, once it says its address, to that and a way to end it. */
export async function startServer(profile, ...words) {
  const child = spawn(process.execPath, [inProject("dist/cli.js"), "serve", "--no-open", "--json", ...words], {
    env: { ...process.env, CULVERT_CONFIG_DIR: profile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([new Promise((resolve) => lines.once("line", resolve)), ended]);
  if (typeof line !== "string") throw new Error(`the program ended with exit code ${line}`);
  return {
    url: JSON.parse(line).url,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
