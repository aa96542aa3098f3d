import { afterEach, expect, test, vi } from "vitest";
import { ManualClock } from "../../../electron/base/clock.ts";
import { parseIp, parsePrefix } from "../../../electron/base/ip-address.ts";
import { silentLog } from "../../../electron/base/log.ts";
import { keyPairOf } from "../../../electron/crypto/x25519.ts";
import { randomBytes } from "../../../electron/engine/random.ts";
import { Tunnel } from "../../../electron/engine/tunnel.ts";
import type { TunnelSpec } from "../../../electron/engine/tunnel-spec.ts";
import { UdpBind } from "../../../electron/engine/udp-bind.ts";
import { Device } from "../../../electron/wireguard/device.ts";

/** Where the gateway's name leads at the moment, and how often it was asked for. */
const name = vi.hoisted(() => ({ address: "127.0.0.1", lookups: 0 }));
vi.mock("node:dns/promises", () => ({
  lookup: async () => {
    name.lookups++;
    return { address: name.address, family: 4 };
  },
}));

const never = new AbortController().signal;
const close: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const each of close.splice(0).reverse()) each();
});

const clientKey = new Uint8Array(32).fill(7);
const gatewayKey = new Uint8Array(32).fill(9);
const inner = parsePrefix("fd00::/64") ?? expect.fail("no prefix");
const clock = new ManualClock(1_000_000);

/** A gateway with the one key, listening at `host`; `heardFrom` are the places that its client called it from. */
async function openGateway(host: string, port = 0) {
  const heardFrom = new Set<string>();
  const device = new Device({
    privateKey: gatewayKey,
    mtu: 1420,
    random: randomBytes,
    wall: () => clock.wall(),
    sink: { sendDatagram: (datagram, to) => bind.sendDatagram(datagram, to) },
    deliver: () => undefined,
  });
  const bind = await UdpBind.open({
    family: 4,
    host,
    port,
    onDatagram: (datagram, from) => {
      heardFrom.add(from.key);
      device.receive(datagram, from, clock.now());
      device.endTurn(clock.now());
    },
  });
  const client = { publicKey: keyPairOf(clientKey).publicKey, allowedIps: [inner] };
  device.addPeer(client, clock.now());
  const forget = (): void => {
    device.removePeer(client.publicKey);
    device.addPeer(client, clock.now());
  };
  return { bind, heardFrom, forget };
}

async function openTunnel(port: number): Promise<Tunnel> {
  const spec: TunnelSpec = {
    id: "silence",
    accountId: "a",
    orgSlug: "o",
    network: null,
    region: null,
    privateKey: clientKey,
    addresses: [parseIp("fd00::2") ?? expect.fail("no address")],
    dns: [parseIp("fd00::1") ?? expect.fail("no address")],
    searchDomains: [],
    mtu: 1420,
    peers: [
      { publicKey: keyPairOf(gatewayKey).publicKey, endpoint: { host: "gateway.test", port }, allowedIps: [inner] },
    ],
  };
  const tunnel = await Tunnel.open(spec, { clock, log: silentLog, interfaces: () => ({}) });
  close.push(() => tunnel.dispose());
  return tunnel;
}

/** Time passes in small steps, and what sockets bring in between is taken in. */
async function pass(ms: number, isDone = (): boolean => false): Promise<void> {
  for (let passed = 0; passed < ms && !isDone(); passed += 50) {
    clock.advance(50);
    vi.advanceTimersByTime(50);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

function ask(tunnel: Tunnel): void {
  tunnel.resolve("web.internal", never).catch(() => undefined);
}

test("a gateway that forgets us is called half a second after the first packet that it leaves unanswered", async () => {
  name.address = "127.0.0.1";
  const gateway = await openGateway("127.0.0.1");
  close.push(() => gateway.bind.dispose());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const tunnel = await openTunnel(gateway.bind.localPort);
  await tunnel.handshake(never);
  await pass(1_000);
  const { handshakesSent } = tunnel.snapshot();
  await pass(20_000);
  expect(tunnel.snapshot().handshakesSent).toBe(handshakesSent);
  gateway.forget();
  ask(tunnel);
  const since = clock.now();
  const received = tunnel.snapshot().handshakesReceived;
  await pass(20_000, () => tunnel.snapshot().handshakesReceived > received);
  expect(tunnel.snapshot().handshakesReceived).toBe(received + 1);
  // Each step is 50 ms of this clock; without the doubt it is the 15 s of WireGuard's own timer.
  expect(clock.now() - since).toBeLessThan(1_000);
});

async function inTouch(): Promise<{ tunnel: Tunnel; port: number; before: ReadonlySet<string> }> {
  name.address = "127.0.0.1";
  name.lookups = 0;
  const gateway = await openGateway("127.0.0.1");
  const port = gateway.bind.localPort;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const tunnel = await openTunnel(port);
  await tunnel.handshake(never);
  gateway.bind.dispose();
  return { tunnel, port, before: gateway.heardFrom };
}

test("a gateway that moved while nothing was said is found by its name after three calls, from a new socket", async () => {
  const { tunnel, port, before } = await inTouch();
  await pass(61_000);
  expect(name.lookups).toBe(1);
  const moved = await openGateway("127.0.0.2", port);
  close.push(() => moved.bind.dispose());
  name.address = "127.0.0.2";
  ask(tunnel);
  const received = tunnel.snapshot().handshakesReceived;
  const isFound = (): boolean => tunnel.snapshot().handshakesReceived > received;
  await pass(3_000, isFound);
  expect(isFound()).toBe(true);
  expect(name.lookups).toBe(2);
  expect([...moved.heardFrom]).toHaveLength(1);
  expect(before.has([...moved.heardFrom][0]!)).toBe(false);
});

test("a gateway that moved after the third call is found when the calling ends", async () => {
  const { tunnel, port } = await inTouch();
  await pass(61_000);
  ask(tunnel);
  await pass(60_000);
  expect(name.lookups).toBe(2);
  const moved = await openGateway("127.0.0.2", port);
  close.push(() => moved.bind.dispose());
  name.address = "127.0.0.2";
  const received = tunnel.snapshot().handshakesReceived;
  const isFound = (): boolean => tunnel.snapshot().handshakesReceived > received;
  await pass(120_000, isFound);
  expect(isFound()).toBe(true);
  expect(name.lookups).toBe(3);
});

test("a gateway that is gone is looked for once per calling and once at its end, and then left alone", async () => {
  const { tunnel } = await inTouch();
  await pass(61_000);
  ask(tunnel);
  await pass(130_000);
  expect(name.lookups).toBe(3);
  const sent = tunnel.snapshot().handshakesSent;
  await pass(300_000);
  expect(tunnel.snapshot().handshakesSent).toBe(sent);
  expect(name.lookups).toBe(3);
});
