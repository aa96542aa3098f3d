import { expect, vi } from "vitest";
import { ManualClock } from "../../electron/base/clock.ts";
import { parseIp, parsePrefix } from "../../electron/base/ip-address.ts";
import { silentLog } from "../../electron/base/log.ts";
import { keyPairOf } from "../../electron/crypto/x25519.ts";
import { randomBytes } from "../../electron/engine/random.ts";
import { Tunnel } from "../../electron/engine/tunnel.ts";
import type { PeerSpec } from "../../electron/engine/tunnel-spec.ts";
import { UdpBind } from "../../electron/engine/udp-bind.ts";
import type { Interfaces } from "../../electron/engine/wake-detector.ts";
import { Device } from "../../electron/wireguard/device.ts";

/** A tunnel and WireGuard gateways of its own over loopback UDP, on a clock that the test moves. */

const clientKey = new Uint8Array(32).fill(7);

/** What a peer is allowed, by its number: the client has the address 2 in the first one's. */
const innerOf = (number: number) => parsePrefix(`fd00:${number}::/64`) ?? expect.fail("no prefix");
const addressOf = (number: number, host: number) => parseIp(`fd00:${number}::${host}`) ?? expect.fail("no address");

export interface Gateway {
  readonly number: number;
  readonly port: number;
  /** Places that its client called it from. */
  readonly heardFrom: ReadonlySet<string>;
  /** From where it hears nothing any more, as a box on the way has lost that socket. */
  readonly lost: Set<string>;
  /** As after a restart. */
  forget(): void;
  dispose(): void;
}

export class GatewayWorld {
  readonly clock = new ManualClock(1_000_000);
  /** This computer's, as the detector of changes sees them. */
  interfaces: Interfaces = {};
  readonly #close: (() => void)[] = [];

  /** Several of one number have one key: the gateway that moved. */
  async openGateway(host: string, port = 0, number = 0): Promise<Gateway> {
    const { clock } = this;
    const heardFrom = new Set<string>();
    const lost = new Set<string>();
    const device = new Device({
      privateKey: new Uint8Array(32).fill(9 + number),
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
        if (lost.has(from.key)) return;
        device.receive(datagram, from, clock.now());
        device.endTurn(clock.now());
      },
    });
    const client = { publicKey: keyPairOf(clientKey).publicKey, allowedIps: [innerOf(number)] };
    device.addPeer(client, clock.now());
    const forget = (): void => {
      device.removePeer(client.publicKey);
      device.addPeer(client, clock.now());
    };
    let isOpen = true;
    const dispose = (): void => {
      if (isOpen) bind.dispose();
      isOpen = false;
    };
    this.#close.push(dispose);
    return { number, port: bind.localPort, heardFrom, lost, forget, dispose };
  }

  /** The first gateway's net has the DNS server. From here on timers are the test's as well: `pass` moves them. */
  async openTunnel(gateways: readonly { host: string; port: number; number?: number }[]): Promise<Tunnel> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const peers = gateways.map(({ host, port, number = 0 }): PeerSpec => {
      const { publicKey } = keyPairOf(new Uint8Array(32).fill(9 + number));
      return { publicKey, endpoint: { host, port }, allowedIps: [innerOf(number)] };
    });
    const spec = {
      id: "silence",
      accountId: "a",
      orgSlug: "o",
      network: null,
      region: null,
      privateKey: clientKey,
      addresses: [addressOf(0, 2)],
      dns: [addressOf(0, 1)],
      searchDomains: [],
      mtu: 1420,
      peers,
    };
    const tunnel = await Tunnel.open(spec, { clock: this.clock, log: silentLog, interfaces: () => this.interfaces });
    this.#close.push(() => tunnel.dispose());
    return tunnel;
  }

  /** Time passes in small steps, and what sockets bring in between is taken in. */
  async pass(ms: number, isDone = (): boolean => false): Promise<void> {
    for (let passed = 0; passed < ms && !isDone(); passed += 50) {
      this.clock.advance(50);
      vi.advanceTimersByTime(50);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  dispose(): void {
    vi.useRealTimers();
    for (const each of this.#close.splice(0).reverse()) each();
  }
}

/** Inside the net of the gateway of that number. */
export const somebodyBehind = (number: number) => addressOf(number, 3);
