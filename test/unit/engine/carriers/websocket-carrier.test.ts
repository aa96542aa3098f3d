import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { WebsocketFront } from "../../../../electron/demo/websocket-front.ts";
import { connectThroughProxy } from "../../../../electron/engine/carriers/proxy.ts";
import {
  MOST_BUFFERED_BYTES,
  MOST_FRAME_BYTES,
  RecordPacer,
} from "../../../../electron/engine/carriers/record-pacer.ts";
import { WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";
import type { Endpoint } from "../../../../electron/wireguard/seam.ts";

/** Our client on the demo's front: real TLS with a certificate that nobody signed, real frames. */

const close: (() => void)[] = [];

afterEach(() => {
  for (const step of close.splice(0).reverse()) step();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(2);
}

async function openFront(port = 0) {
  const received: { bytes: number[]; from: Endpoint }[] = [];
  const front = await WebsocketFront.open({
    host: "127.0.0.1",
    port,
    onDatagram: (datagram, from) => received.push({ bytes: [...datagram], from }),
  });
  close.push(() => front.dispose());
  return { front, received };
}

function openCarrier(port: number) {
  const received: number[][] = [];
  const log: string[] = [];
  const carrier = new WebsocketCarrier({
    host: "127.0.0.1",
    port,
    environment: {},
    onDatagram: (datagram) => void received.push([...datagram]),
    onOpen: () => log.push("open"),
    onClosed: () => log.push("closed"),
  });
  close.push(() => carrier.dispose());
  return { carrier, received, log };
}

describe("the WebSocket", () => {
  test("carries datagrams both ways as text frames, whatever their bytes, to a server without a known certificate", async () => {
    const { front, received } = await openFront();
    const client = openCarrier(front.port);
    client.carrier.start();
    await until(() => client.carrier.isOpen);
    const first = Uint8Array.from({ length: 256 }, (_, index) => index);
    client.carrier.send(first);
    client.carrier.send(Uint8Array.of(0xff, 0xfe));
    await until(() => received.length === 2);
    expect(received.map(({ bytes }) => bytes)).toEqual([[...first], [0xff, 0xfe]]);
    const { from } = received[0]!;
    expect(from.key).toMatch(/^websocket 127\.0\.0\.1:\d+$/);
    front.sendDatagram(Uint8Array.of(0xc0, 0x80), from);
    await until(() => client.received.length === 1);
    expect(client.received).toEqual([[0xc0, 0x80]]);
  });

  test("idle, it says that it is there, and nobody takes that for a datagram", async () => {
    const { front, received } = await openFront();
    const client = openCarrier(front.port);
    client.carrier.start();
    await until(() => client.carrier.isOpen);
    client.carrier.send(Uint8Array.of(1));
    await until(() => received.length === 1);
    await delay(2_200);
    client.carrier.send(Uint8Array.of(2));
    await until(() => received.length === 2);
    expect(received.map(({ bytes }) => bytes)).toEqual([[1], [2]]);
    expect(client.log).toEqual(["open"]);
  });

  test("W46 is made anew when it is lost, and stays closed once it is stopped", async () => {
    const { front } = await openFront();
    const { port } = front;
    const client = openCarrier(port);
    client.carrier.start();
    await until(() => client.carrier.isOpen);
    front.dispose();
    await until(() => client.log.includes("closed"));
    expect(client.carrier.isOpen).toBe(false);
    client.carrier.send(Uint8Array.of(1));
    expect(client.carrier.dropped).toBe(1);
    const again = await openFront(port);
    await until(() => client.carrier.isOpen);
    client.carrier.send(Uint8Array.of(2));
    await until(() => again.received.length === 1);
    client.carrier.stop();
    await delay(400);
    expect(client.carrier.isOpen).toBe(false);
    expect(client.log.filter((entry) => entry === "open")).toHaveLength(2);
  });

  test("what is handed over just before the end still arrives", async () => {
    const { front, received } = await openFront();
    const client = openCarrier(front.port);
    client.carrier.start();
    await until(() => client.carrier.isOpen);
    client.carrier.send(Uint8Array.of(9));
    client.carrier.stop();
    await until(() => received.length === 1);
    expect(received[0]?.bytes).toEqual([9]);
  });
});

describe("the sending side", () => {
  function sending() {
    const frames: { bytes: number; binary: boolean | undefined }[] = [];
    const socket = {
      bufferedAmount: 0,
      send: (data: unknown, options: unknown) => {
        const binary: unknown = Reflect.get(Object(options), "binary");
        frames.push({ bytes: data instanceof Uint8Array ? data.length : -1, binary: binary === true });
      },
    };
    const pacer = new RecordPacer({ socket, withMagic: false });
    close.push(() => pacer.dispose());
    return { frames, socket, pacer };
  }

  test("puts the datagrams of a turn into one frame, but no more than receivers take", async () => {
    const { frames, pacer } = sending();
    for (let count = 0; count < 5; count++) pacer.send(new Uint8Array(96));
    await Promise.resolve();
    expect(frames).toEqual([{ bytes: 500, binary: false }]);
    for (let count = 0; count < 30; count++) pacer.send(new Uint8Array(1452));
    await Promise.resolve();
    expect(frames.length).toBeGreaterThan(2);
    for (const { bytes } of frames) expect(bytes).toBeLessThan(MOST_FRAME_BYTES + 1456);
  });

  test("drops what a slow network cannot take, as UDP would", () => {
    const { socket, pacer } = sending();
    expect(pacer.send(new Uint8Array(1452))).toBe(true);
    socket.bufferedAmount = MOST_BUFFERED_BYTES;
    expect(pacer.send(new Uint8Array(1452))).toBe(false);
    socket.bufferedAmount = 0;
    expect(pacer.send(new Uint8Array(1452))).toBe(true);
  });
});

describe("a proxy", () => {
  async function openProxy(answer: (socket: Socket, target: string, authorization: string | undefined) => void) {
    const server: Server = createServer();
    server.on("connect", (incoming, socket: Socket) =>
      answer(socket, incoming.url ?? "", incoming.headers["proxy-authorization"]),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    close.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  test("is asked by CONNECT, with the credentials of its URL, and gives a connection to the target", async () => {
    const { front, received } = await openFront();
    const asked: (string | undefined)[] = [];
    const port = await openProxy((socket, target, authorization) => {
      asked.push(target, authorization);
      const upstream = connectTcp(front.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      socket.on("error", () => upstream.destroy());
      upstream.on("error", () => socket.destroy());
      close.push(() => socket.destroy());
    });
    const carrier = new WebsocketCarrier({
      host: "gateway.example",
      port: 443,
      environment: { HTTPS_PROXY: `http://robin:p%40ss@127.0.0.1:${port}` },
      onDatagram: () => undefined,
      onOpen: () => carrier.send(Uint8Array.of(5)),
      onClosed: () => undefined,
    });
    close.push(() => carrier.dispose());
    carrier.start();
    await until(() => received.length === 1);
    expect(asked).toEqual(["gateway.example:443", `Basic ${Buffer.from("robin:p@ss").toString("base64")}`]);
  });

  test("that refuses is quoted", async () => {
    const port = await openProxy((socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const attempt = connectThroughProxy(
      new URL(`http://127.0.0.1:${port}`),
      "gateway.example:443",
      new AbortController().signal,
    );
    await expect(attempt).rejects.toThrow("403");
  });
});
