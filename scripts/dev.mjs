import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { buildKernel } from "./lib/kernel.mjs";
import { inProject } from "./lib/paths.mjs";
import { install } from "./lib/prepare.mjs";

/**
 * `npm run dev`: the page from Vite, changed in place as you type, in front of a browser edition on the demo network that
 * is built and started again when its own sources change. Accounts and settings stay in node_modules/.cache.
 */

const PAGE_PORT = 5173;
const PAGE_ORIGIN = `http://localhost:${PAGE_PORT}`;
const BACKEND_PORT = 4401;
const BACKEND_ORIGIN = `http://127.0.0.1:${BACKEND_PORT}`;

await install();
await buildKernel();
const { build, createServer } = await import("vite");

let backend;
let cookie = "";
let key = "";

const watcher = await build({
  configFile: inProject("scripts/vite/node.config.ts"),
  logLevel: "warn",
  build: { watch: {} },
});
watcher.on("event", (event) => {
  if (event.code === "END") void restart();
  if (event.code === "ERROR") console.error(event.error.message);
});

const page = await createServer({
  configFile: inProject("renderer/vite.config.ts"),
  server: {
    port: PAGE_PORT,
    strictPort: true,
    proxy: { "/link": { target: BACKEND_ORIGIN, ws: true, changeOrigin: true, configure: guardLink } },
  },
});
await page.listen();
page.printUrls();

// The same page over a scripted host, and every component in all of its states.
const parts = await createServer({ configFile: inProject("test/support/renderer-dev/vite.config.ts") });
await parts.listen();
for (const name of ["index.html?scene=demo", "components.html"]) {
  console.log(`  ➜  ${new URL(`test/support/renderer-dev/${name}`, parts.resolvedUrls.local[0])}`);
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);

/** The backend trusts its own page only: the proxy speaks for ours, and must not speak for any other. */
function guardLink(proxy) {
  proxy.on("proxyReqWs", (request, { headers }, socket) => {
    if (headers.origin !== PAGE_ORIGIN) socket.destroy();
    request.setHeader("origin", BACKEND_ORIGIN);
    request.setHeader("cookie", cookie);
    request.setHeader("sec-websocket-protocol", `culvert.1, k.${key}`);
  });
  // A page whose link failed asks why: never because of its key, or it would not try again.
  proxy.on("proxyReq", (request) => {
    request.setHeader("cookie", cookie);
    request.setHeader("authorization", `Bearer ${key}`);
  });
  proxy.on("error", () => undefined);
}

async function restart() {
  await ended();
  backend = spawn(
    process.execPath,
    [inProject("dist/cli.js"), "serve", "--demo", "--no-open", "--json", "--port", String(BACKEND_PORT)],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, CULVERT_CONFIG_DIR: inProject("node_modules/.cache/culvert-dev") },
    },
  );
  for await (const line of createInterface(backend.stdout)) {
    const { url } = JSON.parse(line);
    if (url === undefined) continue;
    const answer = await fetch(url, { redirect: "manual" });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    key = new URL(answer.headers.get("location") ?? "/", url).hash.slice("#k=".length);
    // The page must have a key to try at all; the proxy puts the backend's in its place.
    console.log(`Backend ready, page at ${PAGE_ORIGIN}/#k=dev`);
    break;
  }
}

function ended() {
  const child = backend;
  backend = undefined;
  if (child === undefined || child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

async function stop() {
  await Promise.all([ended(), watcher.close(), page.close(), parts.close()]);
  process.exit(0);
}
