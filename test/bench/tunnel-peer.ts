import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { CoreLoop } from "../../electron/engine/core-loop.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { UdpBind } from "../../electron/engine/udp-bind.ts";
import { Stack } from "../../electron/netstack/stack.ts";
import { TcpStream } from "../../electron/netstack/tcp-stream.ts";
import { Device } from "../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";

/** The far end of the tunnel bench, in a thread of its own: a responder whose stack sends for ever, swallows or echoes. */

export interface PeerData {
  readonly privateKey: Uint8Array;
  readonly clientPublicKey: Uint8Array;
}

export const PEER_ADDRESS = "fdcb::1";
export const CLIENT_ADDRESS = "fdcb::2";
export const PORTS = { source: 7001, sink: 7002, echo: 7003 } as const;
export const MTU = 1420;

async function start({ privateKey, clientPublicKey }: PeerData): Promise<void> {
  const bind: UdpBind = await UdpBind.open({
    family: 4,
    host: "127.0.0.1",
    onDatagram: (datagram, from) => {
      device.receive(datagram, from, systemClock.now());
      loop.wake();
    },
  });
  const stack: Stack = new Stack({
    addresses: [parseIp(PEER_ADDRESS) as IpAddress],
    mtu: MTU,
    random: randomBytes,
    headroom: HEADROOM,
    tailroom: TAILROOM,
    sendPacket: (buffer, offset, length) => device.encapsulate(buffer, offset, length, systemClock.now()),
    onWake: () => loop.wake(),
  });
  const device = new Device({
    privateKey,
    mtu: MTU,
    random: randomBytes,
    wall: () => systemClock.wall(),
    sink: bind,
    deliver: (packet, _peer, now) => stack.receive(packet, now),
  });
  const loop = new CoreLoop(systemClock, [stack, device]);
  const allowed = parsePrefix(`${CLIENT_ADDRESS}/128`);
  if (allowed === undefined) throw new Error("bad prefix");
  device.addPeer({ publicKey: clientPublicKey, allowedIps: [allowed] }, systemClock.now());
  const chunk = new Uint8Array(64 * 1024);
  stack.listenTcp({ port: PORTS.source }, (connection) => {
    const stream = new TcpStream(connection, systemClock);
    const pump = (): void => {
      while (!stream.destroyed && stream.write(chunk)) {}
    };
    stream
      .on("drain", pump)
      .on("error", () => undefined)
      .resume();
    pump();
  });
  stack.listenTcp({ port: PORTS.sink }, (connection) => {
    const stream = new TcpStream(connection, systemClock);
    stream
      .on("error", () => undefined)
      .resume()
      .on("end", () => stream.end());
  });
  stack.listenTcp({ port: PORTS.echo }, (connection) => {
    const stream = new TcpStream(connection, systemClock);
    stream.on("error", () => undefined).pipe(stream);
  });
  parentPort?.postMessage(bind.localPort);
}

// This file is both the worker's entry and the place of its constants.
if (parentPort !== null && workerData !== null) void start(workerData as PeerData);
