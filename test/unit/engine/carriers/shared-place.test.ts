import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { silentLog } from "../../../../electron/base/log.ts";
import { keyPairOf } from "../../../../electron/crypto/x25519.ts";
import { NetworkMemory } from "../../../../electron/engine/carriers/carrier-memory.ts";
import { Carriers } from "../../../../electron/engine/carriers/carriers.ts";
import { DOUBT_AFTER_MS } from "../../../../electron/engine/carriers/silence.ts";
import { WebsocketCarrier } from "../../../../electron/engine/carriers/websocket-carrier.ts";
import { randomBytes } from "../../../../electron/engine/random.ts";
import { UdpBind, udpEndpoint } from "../../../../electron/engine/udp-bind.ts";
import { Device, type Peer } from "../../../../electron/wireguard/device.ts";
import type { Endpoint } from "../../../../electron/wireguard/seam.ts";

// Two [Peer]s behind one endpoint: what is sent to one must not count for the other.

const PLACE = udpEndpoint("127.0.0.1", 9) ?? expect.fail("no endpoint");
/** A data message, which asks for an answer. */
const DATA = Uint8Array.of(4);

let clock = new ManualClock();
let won: string[] = [];
let carriers: Carriers;
let device: Device;

beforeEach(async () => {
  clock = new ManualClock();
  won = [];
  carriers = new Carriers({
    clock,
    log: silentLog,
    choice: "auto",
    memory: new NetworkMemory(),
    device: () => device,
    now: () => clock.now(),
    wake: () => undefined,
    endTurn: () => undefined,
    onRecovered: () => undefined,
    onCarrier: (carrier, gateway) => won.push(`${gateway} ${carrier}`),
  });
  device = new Device({
    privateKey: new Uint8Array(32).fill(1),
    mtu: 1420,
    random: randomBytes,
    wall: () => clock.wall(),
    sink: carriers,
    deliver: () => undefined,
  });
  vi.spyOn(UdpBind.prototype, "sendDatagram").mockReturnValue();
  vi.spyOn(WebsocketCarrier.prototype, "start").mockReturnValue();
  await carriers.openUdp(4);
});

afterEach(() => {
  vi.restoreAllMocks();
  carriers.dispose();
  device.dispose();
});

function addPeer(key: number): Peer {
  const publicKey = keyPairOf(new Uint8Array(32).fill(key)).publicKey;
  return device.addPeer({ publicKey, allowedIps: [], endpoint: PLACE }, 0);
}

/** A handshake with the peer is completed by what came from there. */
function complete({ stats }: Peer, from: Endpoint): void {
  const more = (): unknown =>
    Object.assign(stats, {
      bytesIn: stats.bytesIn + 92,
      handshakesReceived: stats.handshakesReceived + 1,
      handshakesCompleted: stats.handshakesCompleted + 1,
    });
  carriers.computing(from, more, clock.now());
}

/** Every deadline of the carriers until then is kept. */
function pass(ms: number): void {
  const until = clock.now() + ms;
  for (let at = carriers.nextDeadline(); at <= until; at = carriers.nextDeadline()) {
    clock.advance(Math.max(0, at - clock.now()));
    carriers.tick(clock.now());
  }
  clock.advance(until - clock.now());
}

test("a call of one peer is raced for that peer: the other, at the same place, wants nothing", () => {
  const [first, second] = [addPeer(2), addPeer(3)];
  carriers.addGateway(first, PLACE, "gateway.test", 443);
  carriers.addGateway(second, PLACE, "gateway.test", 444);
  device.initiateHandshake(first, clock.now());
  clock.advance(20);
  complete(first, PLACE);
  expect(won).toEqual(["gateway.test:443 udp"]);
  pass(1_500);
  expect(vi.mocked(WebsocketCarrier.prototype.start)).not.toHaveBeenCalled();
});

test("each peer's datagrams go over the carrier that won for it", () => {
  const streamed = vi.spyOn(WebsocketCarrier.prototype, "send").mockReturnValue();
  const [first, second] = [addPeer(2), addPeer(3)];
  carriers.addGateway(second, PLACE, "gateway.test", 443);
  carriers.choose("websocket");
  const websocket = carriers.placeOf(second) ?? expect.fail("no place");
  carriers.choose("auto");
  carriers.addGateway(first, PLACE, "gateway.test", 443);
  for (const peer of [first, second]) device.initiateHandshake(peer, clock.now());
  clock.advance(20);
  complete(first, PLACE);
  complete(second, websocket);
  expect([carriers.placeOf(first)?.key, carriers.placeOf(second)?.key]).toEqual([
    PLACE.key,
    "websocket gateway.test:443",
  ]);
  const sent = vi.mocked(UdpBind.prototype.sendDatagram).mockClear();
  streamed.mockClear();
  carriers.sendDatagram(DATA, PLACE, first);
  expect([sent.mock.calls.length, streamed.mock.calls.length]).toEqual([1, 0]);
  carriers.sendDatagram(DATA, PLACE, second);
  expect([sent.mock.calls.length, streamed.mock.calls.length]).toEqual([1, 1]);
});

test("a peer of UDP alone at the place of a gateway is called by itself when it leaves something unanswered", () => {
  const calls = vi.spyOn(Device.prototype, "initiateHandshake").mockReturnValue();
  const [gateway, first, second] = [addPeer(2), addPeer(3), addPeer(4)];
  carriers.addUdpPeer(first);
  carriers.addUdpPeer(second);
  carriers.addGateway(gateway, PLACE, "gateway.test", 443);
  carriers.asksForAnswer = true;
  carriers.sendDatagram(DATA, PLACE, first);
  pass(DOUBT_AFTER_MS);
  expect(calls.mock.calls.map(([peer]) => peer)).toEqual([first]);
});
