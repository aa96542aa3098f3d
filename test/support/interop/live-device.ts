/** Our device on a real UDP socket, for tests against other implementations. Its clock is the real one plus a shift. */
import { randomBytes } from "node:crypto";
import { systemClock } from "../../../electron/base/clock.ts";
import { CoreLoop } from "../../../electron/engine/core-loop.ts";
import { UdpBind, udpEndpoint } from "../../../electron/engine/udp-bind.ts";
import { Device, type DeviceOptions, type Peer } from "../../../electron/wireguard/device.ts";
import { type Endpoint, HEADROOM, TAILROOM } from "../../../electron/wireguard/seam.ts";

export interface LiveDevice {
  readonly device: Device;
  readonly port: number;
  /** Inner packets that came, oldest first; copies. */
  readonly delivered: Uint8Array[];
  /** The device's monotonic now. */
  now(): number;
  /** Makes all later times so much later, as if the device had lived that long. */
  shift(ms: number): void;
  send(packet: Uint8Array): "sent" | "staged" | "unreachable";
  initiate(peer: Peer, force?: boolean): void;
  /** Sends bytes from this device's socket that are no message of its. */
  sendRaw(datagram: Uint8Array, to: Endpoint): void;
  wake(): void;
  dispose(): void;
}

export function localEndpoint(port: number): Endpoint {
  const endpoint = udpEndpoint("127.0.0.1", port);
  if (endpoint === undefined) throw new Error("127.0.0.1 is an address");
  return endpoint;
}

export async function openLiveDevice(options: Partial<DeviceOptions> = {}): Promise<LiveDevice> {
  let shifted = 0;
  const clock = { now: () => systemClock.now() + shifted, wall: () => systemClock.wall() + shifted };
  const delivered: Uint8Array[] = [];
  let received: (datagram: Uint8Array, from: Endpoint) => void = () => undefined;
  const bind = await UdpBind.open({
    family: 4,
    host: "127.0.0.1",
    onDatagram: (datagram, from) => received(datagram, from),
  });
  const device = new Device({
    privateKey: randomBytes(32),
    mtu: 1420,
    random: (length) => Uint8Array.from(randomBytes(length)),
    wall: () => clock.wall(),
    sink: bind,
    deliver: (buffer, offset, length) => delivered.push(buffer.slice(offset, offset + length)),
    ...options,
  });
  const loop = new CoreLoop(clock, [device]);
  received = (datagram, from) => {
    device.receive(datagram, from, clock.now());
    loop.wake();
  };
  return {
    device,
    port: bind.localPort,
    delivered,
    now: () => clock.now(),
    shift: (ms) => {
      shifted += ms;
      device.tick(clock.now()); // the loop's timer runs on real time and would be late
      loop.wake();
    },
    send: (packet) => {
      const buffer = new Uint8Array(HEADROOM + packet.length + TAILROOM);
      buffer.set(packet, HEADROOM);
      const outcome = device.encapsulate(buffer, HEADROOM, packet.length, clock.now());
      loop.wake();
      return outcome;
    },
    initiate: (peer, force = false) => {
      device.initiateHandshake(peer, clock.now(), { force });
      loop.wake();
    },
    sendRaw: (datagram, to) => bind.sendDatagram(datagram, to),
    wake: () => loop.wake(),
    dispose: () => {
      loop.dispose();
      device.dispose();
      bind.dispose();
    },
  };
}

/** Waits until `done` holds, and fails with `what` when it does not within `ms`. */
export async function eventually(what: string, done: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
