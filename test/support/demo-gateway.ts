import { ManualClock } from "../../electron/base/clock.ts";
import { GatewayCore } from "../../electron/demo/gateway-core.ts";
import type { GatewayModes } from "../../electron/demo/gateway-modes.ts";
import { Device, type Peer } from "../../electron/wireguard/device.ts";
import { type Endpoint, endpointOf, HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";
import { ipv4Packet, prefixOf, seededRandom, udp } from "./wireguard-pair.ts";

const CLIENT_INNER = "10.0.0.2";
const GATEWAY_INNER = "10.0.0.1";
const ONE_WAY_MS = 10;

/** Our client's device and the demo's gateway, 10 ms apart, on a clock that moves only when told to. */
export class ClientAtGateway {
  readonly clock = new ManualClock(1_000);
  readonly device: Device;
  readonly gateway: GatewayCore<string>;
  readonly peer: Peer;
  /** Type and time of each message, in the order of sending. */
  readonly sent: { readonly by: "client" | "gateway"; readonly type: number; readonly at: number }[] = [];
  /** When an inner packet reached the gateway's network. */
  readonly delivered: number[] = [];
  readonly deliveredBack: number[] = [];
  readonly #clientAt: Endpoint = udp("192.0.2.2", 40_000);
  readonly #flying: { readonly at: number; readonly arrive: () => void }[] = [];

  constructor(modes: Partial<GatewayModes> = {}, carrier: Endpoint["carrier"] = "udp") {
    const gatewayRandom = seededRandom("gateway");
    const clientRandom = seededRandom("client");
    const place = udp("192.0.2.1", 51820);
    const gatewayAt = endpointOf({ ...place, carrier });
    const from = endpointOf({ ...this.#clientAt, carrier });
    this.gateway = new GatewayCore<string>({
      privateKey: gatewayRandom(32),
      mtu: 1420,
      random: gatewayRandom,
      wall: () => this.clock.wall(),
      sink: {
        sendDatagram: (datagram) =>
          this.#send("gateway", datagram, (copy) => this.device.receive(copy, gatewayAt, this.clock.now())),
      },
      deliver: (_buffer, _offset, _length, tag, now) => {
        if (tag === "ours") this.delivered.push(now);
      },
    });
    this.device = new Device({
      privateKey: clientRandom(32),
      mtu: 1420,
      random: clientRandom,
      wall: () => this.clock.wall(),
      sink: {
        sendDatagram: (datagram) =>
          this.#send("client", datagram, (copy) => this.gateway.receive(copy, from, this.clock.now())),
      },
      deliver: (_buffer, _offset, _length, _peer, now) => this.deliveredBack.push(now),
    });
    const publicKey = gatewayPublicKey();
    this.peer = this.device.addPeer({ publicKey, endpoint: gatewayAt, allowedIps: [prefixOf("10.0.0.0/24")] }, 0);
    this.gateway.set(modes, this.clock.now());
    this.gateway.admit(
      { publicKey: this.device.publicKey, allowedIps: [prefixOf(CLIENT_INNER)] },
      "ours",
      this.clock.now(),
    );
  }

  /** A packet from our side of the tunnel to the network behind the gateway. */
  send(): "sent" | "staged" | "unreachable" {
    const packet = ipv4Packet(CLIENT_INNER, GATEWAY_INNER);
    const buffer = new Uint8Array(HEADROOM + packet.length + TAILROOM);
    buffer.set(packet, HEADROOM);
    return this.device.encapsulate(buffer, HEADROOM, packet.length, this.clock.now());
  }

  /** A packet the other way. */
  sendBack(): void {
    const packet = ipv4Packet(GATEWAY_INNER, CLIENT_INNER);
    const buffer = new Uint8Array(HEADROOM + packet.length + TAILROOM);
    buffer.set(packet, HEADROOM);
    this.gateway.encapsulate(buffer, HEADROOM, packet.length, this.clock.now());
  }

  run(ms: number): void {
    const end = this.clock.now() + ms;
    const cores = [this.device, this.gateway];
    for (;;) {
      const next = Math.min(this.#flying[0]?.at ?? end, ...cores.map((core) => core.nextDeadline()), end);
      this.clock.advance(Math.max(0, next - this.clock.now()));
      while (this.#flying[0] !== undefined && this.#flying[0].at <= this.clock.now()) this.#flying.shift()?.arrive();
      for (const core of cores) core.tick(this.clock.now());
      if (next >= end) return;
    }
  }

  /** Sends one packet and returns how long it took to arrive; undefined when it did not within `limitMs`. */
  timeToFirstPacket(limitMs: number): number | undefined {
    const since = this.clock.now();
    const before = this.delivered.length;
    this.send();
    this.run(limitMs);
    const arrived = this.delivered[before];
    return arrived === undefined ? undefined : arrived - since;
  }

  count(by: "client" | "gateway", type: number): number {
    return this.sent.filter((message) => message.by === by && message.type === type).length;
  }

  #send(by: "client" | "gateway", datagram: Uint8Array, arrive: (copy: Uint8Array) => void): void {
    const copy = Uint8Array.from(datagram);
    this.sent.push({ by, type: datagram[0]!, at: this.clock.now() });
    this.#flying.push({ at: this.clock.now() + ONE_WAY_MS, arrive: () => arrive(copy) });
  }
}

function gatewayPublicKey(): Uint8Array {
  const device = new Device({
    privateKey: seededRandom("gateway")(32),
    mtu: 1420,
    random: seededRandom("none"),
    wall: () => 0,
    sink: { sendDatagram: () => undefined },
    deliver: () => undefined,
  });
  const key = Uint8Array.from(device.publicKey);
  device.dispose();
  return key;
}
