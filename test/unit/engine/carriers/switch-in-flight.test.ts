import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../../../electron/base/clock.ts";
import { keyPairOf } from "../../../../electron/crypto/x25519.ts";
import { asksForAnswer } from "../../../../electron/engine/carriers/asks-for-answer.ts";
import type { CarrierName } from "../../../../electron/engine/carriers/carrier.ts";
import { CarrierRace, FIRST_UDP_RETRY_MS } from "../../../../electron/engine/carriers/carrier-race.ts";
import { Stack } from "../../../../electron/netstack/stack.ts";
import type { TcpConnection } from "../../../../electron/netstack/tcp/connection.ts";
import { Device } from "../../../../electron/wireguard/device.ts";
import { type Endpoint, endpointOf, HEADROOM, TAILROOM } from "../../../../electron/wireguard/seam.ts";
import { FakeStream, UDP, udpAt, WEBSOCKET } from "../../../support/engine-carriers.ts";
import { ip } from "../../../support/netstack-pair.ts";
import { prefixOf, seededRandom } from "../../../support/wireguard-pair.ts";

/** A transfer under way while its datagrams change carriers: two devices, two stacks and a race on one clock. */

const NEVER = Number.POSITIVE_INFINITY;
const CONNECT_MS = 60;
const US = new Uint8Array(32).fill(1);
const THEM = new Uint8Array(32).fill(2);
/** Both ends write so much, so often: some ten packets are under way each way at any time. */
const WRITE_BYTES = 2_600;
const WRITE_EVERY_MS = 5;
/** Where the gateway hears us. */
const HEARD = {
  udp: udpAt("192.0.2.9", 7),
  websocket: endpointOf({ carrier: "websocket", host: "192.0.2.9", port: 8, address: Uint8Array.of(192, 0, 2, 9) }),
} as const;

class World {
  readonly clock = new ManualClock(1_000_000);
  /** One way, in ms. */
  readonly delays: Record<CarrierName, number> = { udp: 20, websocket: 24 };
  isUdpCut = false;
  /** How many datagrams of ours each carrier brought to the gateway. */
  readonly brought = { udp: 0, websocket: 0 };
  readonly settled: CarrierName[] = [];
  /** Ours, then the far end's. */
  readonly connections: TcpConnection[] = [];
  /** Bytes that came to either end. */
  readonly received = [0, 0];
  #events: { readonly at: number; readonly happen: () => void }[] = [];
  #asks = false;
  #recovered = false;
  readonly #stream = new FakeStream();
  readonly #us: Device;
  readonly #them: Device;
  readonly #race: CarrierRace;
  readonly #ours: Stack;
  readonly #theirs: Stack;

  constructor() {
    const now = this.clock.now();
    this.#us = this.#device(US, (datagram, to) => this.#race.send(datagram, to, this.clock.now(), this.#asks));
    this.#them = this.#device(THEM, (datagram, to) => this.#answer(datagram, to));
    this.#them.addPeer({ publicKey: keyPairOf(US).publicKey, allowedIps: [prefixOf("fd00::a/128")] }, now);
    const gateway = { publicKey: keyPairOf(THEM).publicKey, allowedIps: [prefixOf("::/0")], endpoint: UDP };
    const peer = this.#us.addPeer(gateway, now);
    this.#stream.start = () => {
      this.#stream.isStarted = true;
      this.#at(CONNECT_MS, () => {
        this.#stream.isOpen = this.#stream.isStarted;
        if (this.#stream.isOpen) this.#race.streamOpened(this.clock.now());
      });
    };
    this.#stream.send = (datagram) => {
      if (this.#stream.isOpen) this.#bring("websocket", datagram);
    };
    this.#race = new CarrierRace({
      choice: "auto",
      gatewayHost: "gateway.example",
      udp: UDP,
      websocket: WEBSOCKET,
      stream: this.#stream,
      memory: { isUdpBlocked: () => false, remember: () => undefined },
      peer,
      sendUdp: (datagram) => this.#bring("udp", datagram),
      initiate: (at) => this.#us.initiateHandshake(peer, at, { force: true, goesOn: true }),
      onSettled: (carrier, afterSilence) => {
        this.settled.push(carrier);
        this.#recovered ||= afterSilence;
      },
    });
    this.#ours = this.#stack("fd00::a", this.#us);
    this.#theirs = this.#stack("fd00::b", this.#them);
    this.#theirs.listenTcp({ port: 7 }, (connection) => this.#use(connection));
    this.#use(this.#ours.connectTcp({ remote: ip("fd00::b"), port: 7 }, now));
  }

  get resent(): number[] {
    return this.connections.map(({ stats }) => stats.retransmits);
  }

  /** Everything that happens within the time, or until `isDone`. */
  run(ms: number, isDone = (): boolean => false): void {
    const end = this.clock.now() + ms;
    const cores = [this.#ours, this.#us, this.#theirs, this.#them];
    while (!isDone()) {
      const now = this.clock.now();
      const due = this.#events.filter(({ at }) => at <= now);
      this.#events = this.#events.filter(({ at }) => at > now);
      for (const { happen } of due) happen();
      for (const core of [...cores, this.#race]) if (core.nextDeadline() <= now) core.tick(now);
      for (const core of cores) core.endTurn(now);
      if (this.#recovered) this.#ours.retryNow(now);
      this.#recovered = false;
      const deadlines = [...cores, this.#race].map((core) => core.nextDeadline());
      const next = Math.min(NEVER, ...deadlines, ...this.#events.map(({ at }) => at));
      if (next > end) {
        this.clock.advance(end - now);
        return;
      }
      this.clock.advance(Math.max(0, next - now));
    }
  }

  #use(connection: TcpConnection): void {
    const index = this.connections.push(connection) - 1;
    connection.handler = {
      onReadable: (now) => {
        this.received[index]! += connection.read(1 << 20, now)?.length ?? 0;
      },
      onEstablished: () => undefined,
      onWritable: () => undefined,
      onEnd: () => undefined,
      onClosed: () => expect.fail("closed"),
    };
    const write = (): void => {
      connection.write(new Uint8Array(WRITE_BYTES), this.clock.now());
      this.#at(WRITE_EVERY_MS, write);
    };
    write();
  }

  #at(ms: number, happen: () => void): void {
    this.#events.push({ at: this.clock.now() + ms, happen });
  }

  #bring(carrier: CarrierName, datagram: Uint8Array): void {
    if (carrier === "udp" && this.isUdpCut) return;
    const copy = Uint8Array.from(datagram);
    this.#at(this.delays[carrier], () => {
      this.brought[carrier]++;
      this.#them.receive(copy, HEARD[carrier], this.clock.now());
    });
  }

  #answer(datagram: Uint8Array, to: Endpoint): void {
    const { carrier } = to;
    if (carrier === "udp" ? this.isUdpCut : !this.#stream.isOpen) return;
    const copy = Uint8Array.from(datagram);
    this.#at(this.delays[carrier], () => {
      const now = this.clock.now();
      const from = carrier === "udp" ? UDP : WEBSOCKET;
      this.#race.arriving(carrier, from, now);
      this.#us.receive(copy, from, now);
      this.#race.arrived();
    });
  }

  #device(privateKey: Uint8Array, send: (datagram: Uint8Array, to: Endpoint) => void): Device {
    return new Device({
      privateKey,
      mtu: 1420,
      random: seededRandom(`device ${privateKey[0]}`),
      wall: () => this.clock.wall(),
      sink: { sendDatagram: send },
      deliver: (buffer, offset, length, _peer, now) => {
        const stack = privateKey === US ? this.#ours : this.#theirs;
        stack.receive(buffer, offset, length, now);
      },
    });
  }

  #stack(address: string, device: Device): Stack {
    return new Stack({
      addresses: [ip(address)],
      mtu: 1420,
      random: seededRandom(address),
      headroom: HEADROOM,
      tailroom: TAILROOM,
      sendPacket: (buffer, offset, length) => {
        this.#asks = device === this.#us && asksForAnswer(buffer, offset, length);
        device.encapsulate(buffer, offset, length, this.clock.now());
        this.#asks = false;
      },
      onWake: () => undefined,
    });
  }
}

let world: World;

beforeEach(() => {
  world = new World();
});

/** UDP is cut in the middle of the transfer; it goes on over the WebSocket. Answers how long nothing came, in ms. */
function cut(): number {
  world.run(1_000);
  expect(world.settled).toEqual(["udp"]);
  expect(Math.min(...world.received)).toBeGreaterThan(100_000);
  world.isUdpCut = true;
  world.run(world.delays.udp * 2);
  const [up, down] = world.received;
  const since = world.clock.now();
  world.run(20_000, () => world.received[0]! > up! && world.received[1]! > down!);
  return world.clock.now() - since;
}

test("a transfer goes on over the WebSocket within 3 s of a cut of UDP", () => {
  expect(cut()).toBeLessThan(3_000);
  expect(world.settled).toEqual(["udp", "websocket"]);
});

test("UDP is taken back in mid-transfer, and TCP resends nothing for it", () => {
  cut();
  world.run(5_000);
  world.isUdpCut = false;
  const { resent } = world;
  const brought = { ...world.brought };
  world.run(FIRST_UDP_RETRY_MS, () => world.settled.at(-1) === "udp");
  expect(world.settled).toEqual(["udp", "websocket", "udp"]);
  expect(world.brought.websocket).toBeGreaterThan(brought.websocket + 1_000);
  brought.udp = world.brought.udp;
  const received = [...world.received];
  world.run(2_000);
  expect(world.brought.udp).toBeGreaterThan(brought.udp + 500);
  for (const [end, bytes] of received.entries()) expect(world.received[end]! - bytes).toBeGreaterThan(1_000_000);
  expect(world.resent).toEqual(resent);
});
