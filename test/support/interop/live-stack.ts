/**
 * Our device and stack on a real UDP socket, in either role, for tests against Linux behind wireguard-go. The device's
 * clock can be moved alone, so that keys age while a transfer goes on, and so can the stack's.
 */
import { randomBytes } from "node:crypto";
import { systemClock } from "../../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../../electron/base/ip-address.ts";
import { packetSlots } from "../../../electron/crypto/aead.ts";
import { CoreLoop } from "../../../electron/engine/core-loop.ts";
import { UdpBind, udpEndpoint } from "../../../electron/engine/udp-bind.ts";
import { Stack } from "../../../electron/netstack/stack.ts";
import { Device, type DeviceEvent, type Peer } from "../../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../../electron/wireguard/seam.ts";

export interface LiveStackOptions {
  readonly privateKey: Uint8Array;
  readonly addresses: readonly string[];
  readonly mtu?: number;
}

export interface LiveStack {
  readonly device: Device;
  readonly stack: Stack;
  readonly port: number;
  readonly events: DeviceEvent[];
  addPeer(options: { publicKey: Uint8Array; allowedIps: readonly string[]; endpointPort?: number }): Peer;
  /** The device believes that so much more time has passed. */
  ageKeys(ms: number): void;
  /** The stack believes so, and does at once what was due in that time. */
  age(ms: number): void;
  /** The stack's time. */
  now(): number;
  wake(): void;
  dispose(): void;
}

const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

export async function openLiveStack({ privateKey, addresses, mtu = 1420 }: LiveStackOptions): Promise<LiveStack> {
  let aged = 0;
  let lived = 0;
  const now = (): number => systemClock.now() + lived;
  const deviceNow = (): number => systemClock.now() + aged;
  const events: DeviceEvent[] = [];
  const bind: UdpBind = await UdpBind.open({
    family: 4,
    host: "127.0.0.1",
    onDatagram: (datagram, from) => {
      device.receive(datagram, from, deviceNow());
      loop.wake();
    },
  });
  const stack: Stack = new Stack({
    addresses: addresses.map((text) => parseIp(text) as IpAddress),
    mtu,
    random,
    headroom: HEADROOM,
    tailroom: TAILROOM,
    packets: packetSlots(),
    sendPacket: (buffer, offset, length) => device.encapsulate(buffer, offset, length, deviceNow()),
    onWake: () => loop.wake(),
  });
  const device = new Device({
    privateKey,
    mtu,
    random,
    wall: () => systemClock.wall() + aged,
    sink: bind,
    deliver: (buffer, offset, length) => stack.receive(buffer, offset, length, now()),
    onEvent: (event) => events.push(event),
  });
  const aging = {
    endTurn: () => device.endTurn(deviceNow()),
    tick: () => device.tick(deviceNow()),
    nextDeadline: () => device.nextDeadline() - aged,
  };
  const living = {
    endTurn: () => stack.endTurn(now()),
    tick: () => stack.tick(now()),
    nextDeadline: () => stack.nextDeadline() - lived,
  };
  const loop = new CoreLoop(systemClock, [living, aging]);
  return {
    device,
    stack,
    port: bind.localPort,
    events,
    addPeer: ({ publicKey, allowedIps, endpointPort }) => {
      const endpoint = endpointPort === undefined ? undefined : udpEndpoint("127.0.0.1", endpointPort);
      const peer = device.addPeer(
        {
          publicKey,
          allowedIps: allowedIps.map((text) => parsePrefix(text)).filter((prefix) => prefix !== undefined),
          ...(endpoint === undefined ? {} : { endpoint }),
        },
        deviceNow(),
      );
      loop.wake();
      return peer;
    },
    ageKeys: (ms) => {
      aged += ms;
      loop.wake();
    },
    age: (ms) => {
      lived += ms;
      stack.tick(now()); // the loop's timer runs on real time and would be late
      loop.wake();
    },
    now,
    wake: () => loop.wake(),
    dispose: () => {
      loop.dispose();
      stack.dispose();
      device.dispose();
      bind.dispose();
    },
  };
}
