import { Socket } from "node:dgram";
import { afterEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { silentLog } from "../../../../electron/base/log.ts";
import type { CarrierChoice, CarrierName } from "../../../../electron/engine/carriers/carrier.ts";
import { NetworkMemory } from "../../../../electron/engine/carriers/carrier-memory.ts";
import { Carriers } from "../../../../electron/engine/carriers/carriers.ts";
import { WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";
import { SegmentSender } from "../../../../electron/engine/linux-udp/segment-sender.ts";
import { peerFigures } from "../../../../electron/engine/peer-figures.ts";
import { UdpBind, udpEndpoint } from "../../../../electron/engine/udp-bind.ts";
import type { Device, Peer } from "../../../../electron/wireguard/device.ts";
import { createPair } from "../../../support/wireguard-pair.ts";

const open: Carriers[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const carriers of open.splice(0)) carriers.dispose();
});

const nothingComes = (): Device => expect.fail("nothing comes in");

function createCarriers(
  listenPort?: number,
  won: CarrierName[] = [],
  choice: CarrierChoice = "udp",
  device = nothingComes,
): Carriers {
  const clock = new ManualClock();
  const carriers = new Carriers({
    clock,
    log: silentLog,
    choice,
    memory: new NetworkMemory(),
    ...(listenPort === undefined ? {} : { listenPort }),
    device,
    now: () => clock.now(),
    wake: () => undefined,
    endTurn: () => undefined,
    onRecovered: () => undefined,
    onCarrier: (carrier) => won.push(carrier),
  });
  open.push(carriers);
  return carriers;
}

const v4 = udpEndpoint("127.0.0.1", 9) ?? expect.fail("no endpoint");
const v6 = udpEndpoint("::1", 9) ?? expect.fail("no endpoint");
const packet = Uint8Array.of(4);

test("a datagram of a family without a socket is counted", async () => {
  const carriers = createCarriers();
  await carriers.openUdp(4);
  carriers.sendDatagram(packet, v6);
  carriers.sendDatagram(packet, v6);
  expect(carriers.dropped).toBe(2);
});

test("what a socket lost stays counted when a new one takes its place", async () => {
  const carriers = createCarriers();
  await carriers.openUdp(4);
  // The system's own buffer is full, and with it Node's queue.
  vi.spyOn(SegmentSender.prototype, "sendAlone").mockReturnValue("refused");
  const queue = vi.spyOn(Socket.prototype, "getSendQueueCount").mockReturnValue(1_024);
  for (let i = 0; i < 4; i++) carriers.sendDatagram(packet, v4);
  queue.mockReturnValue(0);
  expect(carriers.dropped).toBe(3);
  await carriers.renew();
  expect(carriers.dropped).toBe(3);
});

test("what a socket dropped unread stays counted as well", async () => {
  const bound = vi.spyOn(Socket.prototype, "bind");
  const carriers = createCarriers();
  await carriers.openUdp(4);
  const [socket] = bound.mock.contexts;
  if (!(socket instanceof Socket)) expect.fail("no socket");
  // Told of a datagram that left earlier.
  socket.emit("error", new Error("ECONNREFUSED"));
  for (let i = 0; i < 3; i++)
    socket.emit("message", packet, { address: "192.0.2.1", family: "IPv4", size: 1, port: 0 });
  expect(carriers.sockets).toEqual({ sendErrors: 0, unanswerable: 3, receiveErrors: 1, refusedBursts: 0 });
  await carriers.renew();
  expect(carriers.sockets).toEqual({ sendErrors: 0, unanswerable: 3, receiveErrors: 1, refusedBursts: 0 });
});

test("while a new socket is opened the old one goes on sending", async () => {
  const carriers = createCarriers();
  await carriers.openUdp(4);
  const renewed = carriers.renew();
  carriers.sendDatagram(packet, v4);
  await renewed;
  expect(carriers.dropped).toBe(0);
});

test("a peer is shown where its race sends it, whatever it was heard from last; one without a race at its endpoint", () => {
  const pair = createPair();
  const carriers = createCarriers();
  expect(carriers.placeOf(pair.peerB)).toBe(pair.b.endpoint);
  carriers.addGateway(pair.peerB, v4, "gateway.test", 443);
  carriers.choose("websocket");
  pair.peerB.setEndpoint(v6);
  expect(carriers.placeOf(pair.peerB)?.key).toBe("websocket gateway.test:443");
  carriers.choose("udp");
  expect(carriers.placeOf(pair.peerB)).toBe(v4);
  expect(peerFigures(pair.peerB, carriers.placeOf(pair.peerB), 0)).toMatchObject({
    carrier: "udp",
    endpoint: "127.0.0.1:9",
  });
});

test("a fixed port that could not be had again is asked for with the next change", async () => {
  const free = await UdpBind.open({ family: 4, onDatagram: () => undefined });
  free.dispose();
  const carriers = createCarriers(free.localPort);
  await carriers.openUdp(4);
  vi.spyOn(UdpBind, "open").mockRejectedValueOnce(new Error("in use"));
  await carriers.renew();
  carriers.sendDatagram(packet, v4);
  expect(carriers.dropped).toBe(1);
  await carriers.renew();
  carriers.sendDatagram(packet, v4);
  expect(carriers.dropped).toBe(1);
});

test.each(["udp", "websocket"] as const)("a handshake that was computed a turn later wins for %s", (carrier) => {
  const won: CarrierName[] = [];
  const carriers = createCarriers(undefined, won, carrier);
  const pair = createPair();
  const stats = { ...pair.peerB.stats };
  const peer: Peer = Object.create(pair.peerB, { stats: { value: stats } });
  carriers.addGateway(peer, v4, "127.0.0.1", 9);
  const chosen = carriers.placeOf(peer) ?? expect.fail("no place");
  carriers.sendDatagram(Uint8Array.of(1), v4, peer);
  const complete = (): void => {
    stats.bytesIn += 92;
    stats.handshakesReceived++;
    stats.handshakesCompleted++;
  };
  carriers.computing(chosen, complete, 20);
  expect(won).toEqual([carrier]);
});

test("a gateway whose name leads elsewhere is no longer known at its old place: heard from there, it has moved", () => {
  const carriers = createCarriers();
  const { peerB } = createPair();
  const moved = udpEndpoint("127.0.0.2", 9) ?? expect.fail("no endpoint");
  carriers.addGateway(peerB, v4, "gateway.test", 443);
  expect(carriers.peerMoved(peerB, v4)).toBe(false);
  carriers.gatewayMoved(peerB, moved);
  expect(carriers.placeOf(peerB)).toBe(moved);
  expect(carriers.peerMoved(peerB, moved)).toBe(false);
  expect(carriers.peerMoved(peerB, v4)).toBe(true);
  carriers.gatewayMoved(peerB, v4);
  expect(carriers.peerMoved(peerB, v4)).toBe(false);
  expect(carriers.peerMoved(peerB, moved)).toBe(true);
});

test("a cookie reply, which is nobody's yet, goes the way on which the call came", async () => {
  const carriers = createCarriers(undefined, [], "websocket");
  const { peerB } = createPair();
  carriers.addGateway(peerB, v4, "gateway.test", 443);
  const websocket = carriers.placeOf(peerB) ?? expect.fail("no place");
  const sent = vi.spyOn(WebsocketCarrier.prototype, "send").mockReturnValue();
  const reply = Uint8Array.of(3);
  carriers.sendDatagram(reply, websocket);
  expect(sent.mock.calls).toEqual([[reply]]);
  carriers.sendDatagram(reply, v6);
  expect(sent).toHaveBeenCalledTimes(1);
  // There is no socket.
  expect(carriers.dropped).toBe(1);
});

test.each(["alone", "raced"] as const)("W07 a peer (%s) is called so that a call that is out goes on", (how) => {
  const pair = createPair();
  const call = vi.spyOn(pair.a.device, "initiateHandshake").mockReturnValue();
  const carriers = createCarriers(undefined, [], "auto", () => pair.a.device);
  if (how === "alone") {
    carriers.addUdpPeer(pair.peerB);
    carriers.asksForAnswer = true;
    carriers.sendDatagram(Uint8Array.of(4), v4, pair.peerB);
    carriers.tick(carriers.nextDeadline());
  } else {
    carriers.addGateway(pair.peerB, v4, "gateway.test", 443);
    carriers.sendDatagram(Uint8Array.of(1), v4, pair.peerB);
    carriers.choose("udp");
  }
  expect(call.mock.calls.map(([peer, , options]) => [peer, options])).toEqual([
    [pair.peerB, { force: true, goesOn: true }],
  ]);
});
