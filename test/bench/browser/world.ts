import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { type WebSocket, WebSocketServer } from "ws";
import { LINK_PROTOCOL } from "../../../shared/link-protocol.ts";
import { decodeDrawn } from "../../../shared/terminal-frames.ts";
import { app, type Cloud, hostOf, machine, session, smallCloud } from "../../support/renderer-fixtures.ts";
import type { ScriptedHost } from "../../support/renderer-scripted-host.ts";
import { logBlock, Stream } from "./stream.ts";

/** An isolated page may measure its memory (the performance API's own condition). */
const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

interface Attached {
  readonly host: ScriptedHost;
  readonly sessionId: string;
  readonly stream: Stream;
}

/**
 * The built page over a host that plays a private cloud of any size: HTTP and a WebSocket as in the browser edition, answers
 * from the tests' fixtures, shells that write as fast as the page draws.
 */
export class World {
  readonly cloud: Cloud;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #block = logBlock();
  readonly #attached = new Map<number, Attached>();
  /** What a shell's screen and scrollback hold when it is attached. */
  snapshot: Uint8Array = new TextEncoder().encode("ready\r\n$ ");
  /** Columns and rows of the last attach. */
  size = { columns: 80, rows: 24 };
  #nextChannel = 1;

  private constructor(dist: URL, cloud: Cloud) {
    this.cloud = cloud;
    const page = sirv(fileURLToPath(new URL("renderer/", dist)), { etag: true });
    const xterm = sirv(fileURLToPath(new URL("../node_modules/@xterm/", dist)), { dev: true });
    this.#server = createServer((request, response) => {
      for (const [name, value] of Object.entries(ISOLATED)) response.setHeader(name, value);
      const path = request.url ?? "/";
      if (path === "/plain") response.setHeader("content-type", "text/html").end(plainPage(this.cloud));
      else if (path.startsWith("/alone")) response.setHeader("content-type", "text/html").end(ALONE);
      else if (path === "/block") response.end(this.#block);
      else if (path.startsWith("/xterm/")) {
        request.url = path.slice("/xterm".length);
        xterm(request, response);
      } else page(request, response);
    });
    this.#sockets = new WebSocketServer({
      server: this.#server,
      path: "/link",
      handleProtocols: () => LINK_PROTOCOL,
      maxPayload: 16 * 1024 * 1024,
    });
    this.#sockets.on("connection", (socket) => this.#connect(socket));
  }

  static async start(dist: URL, cloud: Cloud): Promise<World> {
    const world = new World(dist, cloud);
    await new Promise<void>((resolve) => world.#server.listen(0, "127.0.0.1", resolve));
    return world;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The page with a key: any will do here. */
  get url(): string {
    return `${this.origin}/#k=bench`;
  }

  /** The names of all apps, and nothing else. */
  get plainUrl(): string {
    return `${this.origin}/plain`;
  }

  /** The stream of a session that the page shows; waits for its attach. */
  async streamOf(sessionId: string): Promise<Stream> {
    for (;;) {
      const found = [...this.#attached.values()].findLast((one) => one.sessionId === sessionId);
      if (found !== undefined) return found.stream;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(socket: WebSocket): void {
    const host = hostOf(this.cloud);
    host.link.onMessage((message) => socket.send(message));
    socket.on("message", (data: Buffer, isBinary) =>
      host.link.send(isBinary ? new Uint8Array(data) : data.toString("utf8")),
    );
    this.#serveShells(host);
    // A page that is closed detaches from nothing; the next one's streams must not be taken for its own.
    socket.on("close", () => {
      for (const [channel, attached] of this.#attached) if (attached.host === host) this.#attached.delete(channel);
    });
  }

  #serveShells(host: ScriptedHost): void {
    host.handle("sessions.attach", ({ sessionId, columns, rows }) => {
      const channel = this.#nextChannel++;
      this.size = { columns, rows };
      const stream = new Stream(this.#block, (bytes) => host.sendFrame("output", channel, bytes));
      this.#attached.set(channel, { host, sessionId, stream });
      setTimeout(() => host.sendFrame("snapshot", channel, this.snapshot));
      // The snapshot's own credit comes back too.
      stream.drawn(-this.snapshot.length);
      return { channel };
    });
    host.onFrame = ({ kind, channel, payload }) => {
      const attached = this.#attached.get(channel);
      if (kind === "drawn") attached?.stream.drawn(decodeDrawn(payload) ?? 0);
      if (kind === "input") host.sendFrame("output", channel, payload);
      if (kind === "detach") this.#attached.delete(channel);
    };
  }
}

const WORDS = ["billing", "orders", "search", "mail", "gateway", "reports", "images", "ledger", "payments", "session"];

/** One organization with so many apps, named as people name them. */
export function cloudOfApps(count: number): Cloud {
  const cloud = smallCloud();
  cloud.apps["harbor"] = Array.from({ length: count }, (_, i) =>
    app(`${WORDS[i % 10]}-${WORDS[Math.floor(i / 10) % 10]}-${String(i).padStart(5, "0")}`, "harbor"),
  );
  return cloud;
}

/** So many open shells, each on an app of its own. */
export function cloudOfShells(count: number): Cloud {
  const cloud = smallCloud();
  cloud.sessions = Array.from({ length: count }, (_, i) =>
    session(`shell-${i}`, `app-${String(i).padStart(3, "0")}`, machine(`m-${i}`, "ams"), { createdAt: 1_000 + i }),
  );
  return cloud;
}

/** Lines as high as the tree's rows, in a place as large as it has there: bare text, which the browser scrolls by itself. */
function plainPage({ apps }: Cloud): string {
  const names = Object.values(apps).flatMap((list) => list.map(({ name }) => name));
  return `<!doctype html><meta charset="utf-8"><title>Bare text</title>
<pre role="tree" style="position:absolute;left:48px;top:90px;width:240px;height:680px;margin:0;overflow-y:auto;font:13px/28px sans-serif">
${names.join("\n")}</pre>`;
}

/** xterm.js with the options and add-ons of our terminals, and nothing else. */
const ALONE = `<!doctype html><meta charset="utf-8"><title>xterm.js alone</title>
<link rel="stylesheet" href="/xterm/xterm/css/xterm.css">
<style>html,body{margin:0;height:100%}</style>
<div id="place"></div>
<script type="module">
import { Terminal } from "/xterm/xterm/lib/xterm.mjs";
import { Unicode11Addon } from "/xterm/addon-unicode11/lib/addon-unicode11.mjs";
import { WebglAddon } from "/xterm/addon-webgl/lib/addon-webgl.mjs";
const block = new Uint8Array(await (await fetch("/block")).arrayBuffer());
const size = new URLSearchParams(location.search);
const terminal = new Terminal({
  allowProposedApi: true, cols: Number(size.get("columns")), rows: Number(size.get("rows")),
  customGlyphs: true, rescaleOverlappingGlyphs: true, minimumContrastRatio: 4.5,
  fontFamily: "monospace", fontSize: 13, lineHeight: 1.2, scrollback: 10_000,
});
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
terminal.open(document.getElementById("place"));
if (size.get("webgl") === "true") terminal.loadAddon(new WebglAddon());
terminal.focus();
window.pour = (total) => new Promise((resolve) => {
  const started = performance.now();
  let left = total, at = 0, waiting = 0;
  const fill = () => {
    while (left > 0 && waiting < 1048576) {
      const length = Math.min(32763, left, block.length - at);
      const chunk = block.slice(at, at + length);
      left -= length; waiting += length; at = (at + length) % block.length;
      terminal.write(chunk, () => {
        waiting -= length;
        if (left > 0) fill();
        else if (waiting === 0) resolve(performance.now() - started);
      });
    }
  };
  fill();
});
</script>`;
