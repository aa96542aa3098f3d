import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createSelfSigned } from "../../../electron/demo/websocket-certificate.ts";
import { WebsocketFront } from "../../../electron/demo/websocket-front.ts";

const close: (() => void)[] = [];

afterEach(() => {
  for (const step of close.splice(0).reverse()) step();
});

test("the certificate is X.509, signed by its own key, and valid now", () => {
  const now = Date.now();
  const { cert, key } = createSelfSigned("a gateway", now);
  const certificate = new X509Certificate(cert);
  expect(certificate.subject).toBe("CN=a gateway");
  expect(certificate.issuer).toBe(certificate.subject);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(Date.parse(certificate.validFrom)).toBeLessThan(now);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(now);
  expect(new X509Certificate(createSelfSigned("a gateway", now).cert).serialNumber).not.toBe(certificate.serialNumber);
});

describe("a client that does not keep to the protocol is cut off", () => {
  async function connect() {
    const datagrams: number[][] = [];
    const front = await WebsocketFront.open({
      host: "127.0.0.1",
      port: 0,
      onDatagram: (datagram) => datagrams.push([...datagram]),
    });
    close.push(() => front.dispose());
    const socket = new WebSocket(`wss://127.0.0.1:${front.port}/`, { rejectUnauthorized: false });
    close.push(() => socket.terminate());
    await once(socket, "open");
    return { socket, datagrams };
  }

  const MAGIC = [0x2f, 0xac, 0xed, 0x77];

  test.each<[string, number[], boolean, number]>([
    ["binary messages", [...MAGIC, 0, 0, 0, 1, 7], true, 1003],
    ["no magic", [0, 0, 0, 1, 7], false, 1002],
    ["W46 a length beyond 65535", [...MAGIC, 0, 1, 0, 0, 7], false, 1002],
  ])("%s", async (_, bytes, binary, code) => {
    const { socket, datagrams } = await connect();
    socket.send(Uint8Array.from(bytes), { binary });
    expect((await once(socket, "close"))[0]).toBe(code);
    expect(datagrams).toEqual([]);
  });

  test("one that does is heard", async () => {
    const { socket, datagrams } = await connect();
    socket.send(Uint8Array.from([...MAGIC, 0, 0, 0, 0, 0, 0]), { binary: false });
    socket.send(Uint8Array.from([0, 2, 0x80, 0xff]), { binary: false });
    while (datagrams.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(datagrams).toEqual([[0x80, 0xff]]);
  });
});
