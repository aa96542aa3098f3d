import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { systemClock } from "../../../../electron/base/clock.ts";
import { silentLog } from "../../../../electron/base/log.ts";
import { startDemoCloud } from "../../../../electron/demo/cloud.ts";
import { createSelfSigned } from "../../../../electron/demo/websocket-certificate.ts";
import { PlatformBackend } from "../../../../electron/engine/backends/platform-backend.ts";
import { WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";
import { Tunnel } from "../../../../electron/engine/tunnel.ts";
import { PlatformClient } from "../../../../electron/platform/client.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

/** A stream that ends where it should not. */

const close: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const each of close.splice(0).reverse()) await each();
});

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(2);
}

/** Says to each connection the next of these, and cuts it if it was told to. */
async function openServer(says: readonly { readonly bytes: readonly number[]; readonly cut: boolean }[]) {
  const https = createServer(createSelfSigned("a gateway", Date.now()));
  const sockets = new WebSocketServer({ server: https, skipUTF8Validation: true });
  let connections = 0;
  const closedByClient: number[] = [];
  sockets.on("connection", (socket) => {
    const number = connections++;
    const { bytes, cut } = says[number] ?? { bytes: [], cut: false };
    socket.on("close", () => closedByClient.push(number));
    socket.send(Uint8Array.from(bytes), { binary: false }, () => {
      if (cut) socket.terminate();
    });
  });
  https.listen(0, "127.0.0.1");
  await once(https, "listening");
  close.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    https.close();
  });
  return { port: portOf(https), connections: () => connections, closedByClient };
}

test("W46 a socket that dies in mid-record is dialled again, and the half record is never joined to what comes next", async () => {
  const server = await openServer([
    { bytes: [0, 0, 0, 1, 1, 0, 0, 0, 100, 9, 9, 9], cut: true },
    { bytes: [0, 0, 0, 1, 2], cut: false },
  ]);
  const received: number[][] = [];
  const carrier = new WebsocketCarrier({
    host: "127.0.0.1",
    port: server.port,
    environment: {},
    onDatagram: (datagram) => void received.push([...datagram]),
    onOpen: () => undefined,
    onClosed: () => undefined,
  });
  close.push(() => carrier.dispose());
  carrier.start();
  await until(() => received.length === 2);
  expect(received).toEqual([[1], [2]]);
});

test("W46 a length beyond 65535 ends the connection at once; the next one works", async () => {
  const server = await openServer([
    { bytes: [0, 0, 0, 1, 1, 0, 1, 0, 0, 5, 5], cut: false },
    { bytes: [0, 0, 0, 1, 2], cut: false },
  ]);
  const received: number[][] = [];
  const reasons: string[] = [];
  const carrier = new WebsocketCarrier({
    host: "127.0.0.1",
    port: server.port,
    environment: {},
    onDatagram: (datagram) => void received.push([...datagram]),
    onOpen: () => undefined,
    onClosed: (reason) => reasons.push(reason),
  });
  close.push(() => carrier.dispose());
  carrier.start();
  await until(() => received.length === 2);
  expect(received).toEqual([[1], [2]]);
  expect(reasons).toEqual(["record-too-long"]);
  await until(() => server.closedByClient.includes(0));
});

test("W46 a tunnel keeps its session's keys when its stream dies, and goes on with them over the next", async () => {
  const cloud = await startDemoCloud({ seed: new Uint8Array(32).fill(4) });
  close.push(() => cloud.dispose());
  const client = new PlatformClient({ endpoint: cloud.api, token: cloud.token, version: "test" });
  const shared = { accountId: "demo", store: new MemoryStore(), clock: systemClock, onPeerGone: () => undefined };
  const app = cloud.apps.find(({ network }) => network === null)!;
  const signal = new AbortController().signal;
  const backend = new PlatformBackend({ ...shared, client });
  const { spec } = await backend.prepareTunnel(app.organization, app.name, signal);
  const endpoint = spec.peers[0]!.endpoint!;
  // What a middlebox does: the connection ends wherever it happens to be.
  const legs: Socket[] = [];
  const middlebox = createTcpServer((near) => {
    const far = connect(endpoint.websocketPort!, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const leg of [near, far]) legs.push(leg.on("error", () => undefined));
  });
  middlebox.listen(0, "127.0.0.1");
  await once(middlebox, "listening");
  close.push(() => {
    for (const leg of legs) leg.destroy();
    middlebox.close();
  });
  const through = { ...spec.peers[0]!, endpoint: { ...endpoint, websocketPort: portOf(middlebox) } };
  const tunnel = await Tunnel.open(
    { ...spec, peers: [through] },
    { clock: systemClock, log: silentLog, carrier: "websocket" },
  );
  close.push(() => tunnel.dispose());
  await tunnel.handshake(signal);
  const keys = () => {
    const { sessionSince, handshakesCompleted } = tunnel.snapshot().peers[0]!;
    return { is: sessionSince !== null, made: handshakesCompleted };
  };
  expect(keys()).toEqual({ is: true, made: 1 });
  for (const leg of legs.splice(0)) leg.destroy();
  await delay(5);
  expect(keys()).toEqual({ is: true, made: 1 });
  // Nothing was lost that is not sent again: a name is asked for at once and answered over the next connection.
  const machine = app.machines.find(({ state }) => state === "started")!;
  expect((await tunnel.resolve(`${machine.id}.vm.${app.name}.internal`, signal)).length).toBeGreaterThan(0);
  expect(legs.length).toBeGreaterThan(0);
  expect(tunnel.snapshot().peers[0]!.sessionSince).not.toBeNull();
});
