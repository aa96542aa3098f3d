import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { afterEach, expect, test, vi } from "vitest";
import { createSelfSigned } from "../../../../electron/demo/websocket-certificate.ts";
import { CONNECT_TIMEOUT_MS, WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";

/** A gateway, or whoever took its place, that would rather have our memory than our datagrams. */

const close: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const step of close.splice(0).reverse()) step();
});

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const ping = Buffer.concat([Buffer.of(0x89, 125), Buffer.alloc(125)]);
const beginning = Buffer.of(0x01, 1, 65);
const continuation = Buffer.of(0x00, 1, 65);

/** Answers the handshake, sends `frames`, and reads nothing more; tells why the client let go. */
async function reasonAfter(frames: Buffer, sort: () => boolean = () => true): Promise<string> {
  const server = createServer(createSelfSigned("a gateway", Date.now()));
  server.on("upgrade", (request, socket) => {
    socket.on("error", () => undefined);
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`).digest("base64");
    socket.pause();
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.write(frames);
    close.push(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  close.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const carrier = new WebsocketCarrier({
      host: "127.0.0.1",
      port,
      environment: {},
      onDatagram: sort,
      onOpen: () => undefined,
      onClosed: (reason) => {
        carrier.dispose();
        resolve(reason);
      },
    });
    close.push(() => carrier.dispose());
    carrier.start();
  });
}

test("a flood of pings ends the connection", async () => {
  // Fewer than the library alone would bear: the bound is ours.
  expect(await reasonAfter(Buffer.concat(Array<Buffer>(40).fill(ping)))).toBe("closed with 1006");
});

test("a message in fragments of one byte ends the connection", async () => {
  const flood = Buffer.concat([beginning, ...Array<Buffer>(1_100).fill(continuation)]);
  expect(await reasonAfter(flood)).toBe("Too many message fragments");
});

test("a frame longer than any message ends the connection before it came", async () => {
  const head = Buffer.from([0x82, 127, 0, 0, 0, 0, 0x01, 0, 0, 0]);
  expect(await reasonAfter(head)).toBe("Max payload size exceeded");
});

test("garbage without end ends the connection, within a turn's share", async () => {
  const record = Buffer.alloc(4 + 92);
  record.writeUInt32BE(92);
  const garbage = Buffer.concat(Array<Buffer>(5_000).fill(record));
  const head = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(garbage.length, 6);
  let seen = 0;
  const sort = (): boolean => ++seen === 0;
  expect(await reasonAfter(Buffer.concat([head, garbage]), sort)).toBe("strange-records");
  expect(seen).toBe(1_000);
});

test("a server that answers byte by byte holds an attempt no longer than a silent one", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const server = createTlsServer(createSelfSigned("a gateway", Date.now()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  close.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const lost: string[] = [];
  const carrier = new WebsocketCarrier({
    host: "127.0.0.1",
    port,
    environment: {},
    onDatagram: () => undefined,
    onOpen: () => expect.unreachable(),
    onClosed: (reason) => lost.push(reason),
  });
  close.push(() => carrier.dispose());
  carrier.start();
  const [socket] = (await once(server, "secureConnection")) as [TLSSocket];
  socket.on("error", () => undefined);
  close.push(() => socket.destroy());
  await once(socket, "data");
  const drip = (text: string): Promise<void> => new Promise((resolve) => socket.write(text, () => resolve()));
  await drip("HTTP/1.1 101 Switching Protocols\r\nX: ");
  for (let passed = 1_000; passed < CONNECT_TIMEOUT_MS; passed += 1_000) {
    vi.advanceTimersByTime(1_000);
    await drip("a");
  }
  expect(lost).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(lost).toEqual(["no connection in time"]);
});
