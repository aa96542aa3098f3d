import { systemClock } from "../../electron/base/clock.ts";
import { type IpAddress, parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { packetSlots } from "../../electron/crypto/aead.ts";
import { CoreLoop } from "../../electron/engine/core-loop.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { UdpBind } from "../../electron/engine/udp-bind.ts";
import { Stack } from "../../electron/netstack/stack.ts";
import { TcpStream } from "../../electron/netstack/tcp-stream.ts";
import { Device } from "../../electron/wireguard/device.ts";
import { HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";
import { CLIENT_ADDRESS, MTU, PEER_ADDRESS, PORTS } from "./tunnel-world.ts";

/** The far end of the tunnel bench, a process of its own: a responder whose stack sends for ever, swallows or echoes. */

async function start(privateKey: Uint8Array, clientPublicKey: Uint8Array): Promise<void> {
  const bind: UdpBind = await UdpBind.open({
    family: 4,
    host: "127.0.0.1",
    onDatagram: (datagram, from) => {
      device.receive(datagram, from, loop.now());
      loop.wake();
    },
    onAlone: () => loop.endTurn(),
  });
  const stack: Stack = new Stack({
    addresses: [parseIp(PEER_ADDRESS) as IpAddress],
    mtu: MTU,
    random: randomBytes,
    headroom: HEADROOM,
    tailroom: TAILROOM,
    packets: packetSlots(),
    sendPacket: (buffer, offset, length) => device.encapsulate(buffer, offset, length, loop.now()),
    onWake: () => loop.wake(),
  });
  const device = new Device({
    privateKey,
    mtu: MTU,
    random: randomBytes,
    wall: () => systemClock.wall(),
    sink: bind,
    deliver: (buffer, offset, length, _peer, now) => stack.receive(buffer, offset, length, now),
  });
  const loop = new CoreLoop(systemClock, [stack, device]);
  const allowed = parsePrefix(`${CLIENT_ADDRESS}/128`);
  if (allowed === undefined) throw new Error("bad prefix");
  device.addPeer({ publicKey: clientPublicKey, allowedIps: [allowed] }, systemClock.now());
  serve(stack);
  process.send?.(bind.localPort);
}

function serve(stack: Stack): void {
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
}

// The keys come over the channel to the parent, base64 each; whoever closes that channel ends this process.
process.once("message", ([privateKey, clientPublicKey]: [string, string]) => {
  void start(Buffer.from(privateKey, "base64"), Buffer.from(clientPublicKey, "base64"));
});
process.once("disconnect", () => process.exit(0));
