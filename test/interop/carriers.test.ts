import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../electron/base/clock.ts";
import { parseIp } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { type DemoCloud, startDemoCloud } from "../../electron/demo/cloud.ts";
import { PlatformBackend } from "../../electron/engine/backends/platform-backend.ts";
import type { CarrierChoice } from "../../electron/engine/carriers/carrier.ts";
import { NetworkMemory } from "../../electron/engine/carriers/carrier-memory.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import type { TunnelSpec } from "../../electron/engine/tunnel-spec.ts";
import type { TcpStream } from "../../electron/netstack/tcp-stream.ts";
import { PlatformClient } from "../../electron/platform/client.ts";
import { connectSsh } from "../../electron/ssh/client.ts";
import { type Relay, startRelay } from "../support/interop/relay.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { seed } from "../support/seed.ts";

/** The client on the demo cloud, with a relay between them that can swallow UDP; the WebSocket goes past it. */

const never = new AbortController().signal;
const close: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const step of close.splice(0).reverse()) await step();
});

interface World {
  readonly cloud: DemoCloud;
  readonly relay: Relay;
  readonly backend: PlatformBackend;
  readonly spec: TunnelSpec;
  readonly orgSlug: string;
  readonly appName: string;
  readonly address: string;
}

async function createWorld(): Promise<World> {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(3) });
  close.push(() => cloud.dispose());
  const [, port] = cloud.gateway.udp.split(":");
  const relay = await startRelay({ seed: seed(), rightPeerPort: Number(port) });
  close.push(() => relay.dispose());
  const backend = new PlatformBackend({
    accountId: "demo",
    client: new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" }),
    store: new MemoryStore(),
    clock: systemClock,
    onPeerGone: () => undefined,
  });
  const app = cloud.apps.find(
    ({ network, machines }) => network === null && machines.some(({ state }) => state === "started"),
  )!;
  const address = app.machines.find(({ state }) => state === "started")!.address;
  const prepared = await backend.prepareTunnel(app.organization, app.name, never);
  const [peer] = prepared.spec.peers;
  const endpoint = { ...peer!.endpoint!, port: relay.leftPort };
  const spec = { ...prepared.spec, peers: [{ ...peer!, endpoint }] };
  return { cloud, relay, backend, spec, orgSlug: app.organization, appName: app.name, address };
}

async function openTunnel(
  world: World,
  carrier: CarrierChoice = "auto",
  memory = new NetworkMemory(),
): Promise<Tunnel> {
  const tunnel = await Tunnel.open(world.spec, {
    clock: systemClock,
    log: silentLog,
    carrier,
    carrierMemory: memory,
  });
  close.push(() => tunnel.dispose());
  return tunnel;
}

async function openShell(world: World, tunnel: Tunnel) {
  const { backend, orgSlug, appName } = world;
  const machine = (await backend.machines(orgSlug, appName)).find(({ address }) => address === world.address)!;
  const access = await backend.access(orgSlug, appName, machine, never);
  await tunnel.handshake(never);
  const transport = await tunnel.connect([parseIp(world.address)!], access.port, never);
  transport.on("error", () => undefined); // the tunnel's end is its end
  const client = await connectSsh({ transport, user: access.user, login: access.login, verifyHostKey: () => true });
  const shell = await client.openShell({ term: "xterm", columns: 80, rows: 24, environment: {} });
  return { client, shell };
}

/** Sends numbered lines through the machine's echo service at a steady pace and keeps what comes back. */
class Echo {
  readonly #request: ClientRequest;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;
  #text = "";
  lastHeardAt = systemClock.now();

  constructor(stream: TcpStream) {
    stream.on("error", () => undefined); // the tunnel's end is its end
    this.#request = request({ method: "POST", path: "/echo", createConnection: () => stream });
    this.#request.on("error", () => undefined);
    this.#request.on("response", (response) => {
      response.on("data", (chunk: Buffer) => {
        this.lastHeardAt = systemClock.now();
        this.#text += chunk.toString("latin1");
      });
    });
    this.#timer = setInterval(() => this.#request.write(`line ${this.#sent++};${"x".repeat(1000)}`), 10);
  }

  /** Ends the sending and resolves once all that was sent has come back: the numbers, in the order of arrival. */
  async finish(): Promise<{ sent: number; lines: number[] }> {
    clearInterval(this.#timer);
    const ended = once(this.#request, "close");
    this.#request.end();
    await ended;
    return { sent: this.#sent, lines: [...this.#text.matchAll(/line (\d+);/g)].map(([, number]) => Number(number)) };
  }
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("a shell", () => {
  test("opens over UDP, without a WebSocket, where nothing is blocked", async () => {
    const world = await createWorld();
    const tunnel = await openTunnel(world);
    await openShell(world, tunnel);
    expect(tunnel.snapshot()).toMatchObject({ carrier: "udp", state: "up" });
  });

  test.each([
    ["both ways", ["to-right", "to-left"]],
    ["for the answers only", ["to-left"]],
  ] as const)("opens over WebSocket where UDP is blocked %s, at once when that is known", async (_, directions) => {
    const world = await createWorld();
    world.relay.impair({ blocked: true }, directions);
    const memory = new NetworkMemory();
    const first = await openTunnel(world, "auto", memory);
    let startedAt = systemClock.now();
    await openShell(world, first);
    const cold = systemClock.now() - startedAt;
    expect(first.snapshot()).toMatchObject({ carrier: "websocket", state: "up" });
    first.dispose();
    const second = await openTunnel(world, "auto", memory);
    startedAt = systemClock.now();
    await openShell(world, second);
    const known = systemClock.now() - startedAt;
    process.stdout.write(`shell over WebSocket: ${Math.round(cold)} ms, known ${Math.round(known)} ms\n`);
    // UDP has its time first. That nothing waits once it is known is carrier-race.test.ts's, on a clock that is passed in.
    expect(cold).toBeGreaterThan(1_000);
    expect(second.snapshot().carrier).toBe("websocket");
  });

  test.each(["udp", "websocket"] as const)("opens over %s when a person says so", async (choice) => {
    const world = await createWorld();
    const tunnel = await openTunnel(world, choice);
    await openShell(world, tunnel);
    expect(tunnel.snapshot().carrier).toBe(choice);
  });
});

describe("UDP cut in mid-session", () => {
  test("goes on over WebSocket, and every byte arrives once", async () => {
    const world = await createWorld();
    const tunnel = await openTunnel(world);
    await tunnel.handshake(never);
    const echo = new Echo(await tunnel.connect([parseIp(world.address)!], 8080, never));
    await delay(500);
    expect(tunnel.snapshot().carrier).toBe("udp");
    world.relay.impair({ blocked: true });
    await delay(50); // what was on its way
    const cutAt = systemClock.now();
    while (echo.lastHeardAt < cutAt) {
      await delay(5);
      expect(systemClock.now() - cutAt).toBeLessThan(10_000);
    }
    process.stdout.write(`usable over WebSocket ${Math.round(echo.lastHeardAt - cutAt)} ms after UDP was cut\n`);
    expect(tunnel.snapshot().carrier).toBe("websocket");
    await delay(300);
    const { sent, lines } = await echo.finish();
    expect(lines).toEqual(inOrder(sent));
  });

  test("goes back to UDP when that answers again, and every byte arrives once", async () => {
    const world = await createWorld();
    const tunnel = await openTunnel(world);
    await tunnel.handshake(never);
    const echo = new Echo(await tunnel.connect([parseIp(world.address)!], 8080, never));
    world.relay.impair({ blocked: true });
    while (tunnel.snapshot().carrier !== "websocket") await delay(10);
    await delay(1_000);
    world.relay.impair({ blocked: false });
    const startedAt = systemClock.now();
    while (tunnel.snapshot().carrier !== "udp") await delay(10);
    process.stdout.write(`back on UDP after ${Math.round(systemClock.now() - startedAt)} ms\n`);
    await delay(1_000);
    // That TCP is told of no loss is carrier-race.test.ts's: a machine that stands still makes its timers resend by themselves.
    expect(tunnel.snapshot().carrier).toBe("udp");
    const { sent, lines } = await echo.finish();
    expect(lines).toEqual(inOrder(sent));
  });

  test("a person forces each carrier in turn while bytes flow, and none is lost", async () => {
    const world = await createWorld();
    const tunnel = await openTunnel(world);
    await tunnel.handshake(never);
    const echo = new Echo(await tunnel.connect([parseIp(world.address)!], 8080, never));
    for (const choice of ["websocket", "udp", "websocket", "udp"] as const) {
      await delay(300);
      tunnel.chooseCarrier(choice);
      const chosenAt = systemClock.now();
      while (echo.lastHeardAt < chosenAt || tunnel.snapshot().carrier !== choice) await delay(10);
    }
    const { sent, lines } = await echo.finish();
    expect(lines).toEqual(inOrder(sent));
  });
});
