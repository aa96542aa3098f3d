import { randomBytes } from "node:crypto";
import { type IpPrefix, parsePrefix } from "../../electron/base/ip-address.ts";
import { clampPrivateKey, publicKeyOf } from "../../electron/crypto/x25519.ts";
import { NativeKeyPair } from "../../electron/crypto/x25519-native.ts";
import { PlainKeyPair } from "../../electron/crypto/x25519-plain.ts";
import { Device, type Peer } from "../../electron/wireguard/device.ts";
import { type Endpoint, HEADROOM, TAILROOM } from "../../electron/wireguard/seam.ts";
import { format, median, type Row } from "./row.ts";

const ROUNDS = 7;
const HANDSHAKES = 200;
const AGREEMENTS = 1_000;
const PACKETS = 20_000;

export const CLIENT_AT: Endpoint = { key: "udp 192.0.2.2:1", address: Uint8Array.of(192, 0, 2, 2), port: 1 };
export const SERVER_AT: Endpoint = { key: "udp 192.0.2.1:1", address: Uint8Array.of(192, 0, 2, 1), port: 1 };

/** Two whole devices joined by function calls: what WireGuard costs without sockets and TCP. */
export class DevicePair {
  readonly client: Device;
  readonly server: Device;
  readonly peer: Peer;
  delivered = 0;
  /** Datagrams to the client come with the next `settle`, so that no device is entered twice at once. */
  readonly #wire: { readonly toServer: boolean; readonly datagram: Uint8Array }[] = [];

  constructor(loadThreshold?: number) {
    const [clientKey, serverKey] = [clampPrivateKey(randomBytes(32)), clampPrivateKey(randomBytes(32))];
    const shared = {
      mtu: 1420,
      random: (length: number) => Uint8Array.from(randomBytes(length)),
      wall: () => Date.now(),
    };
    this.client = new Device({
      ...shared,
      privateKey: clientKey,
      sink: { sendDatagram: (datagram) => this.#wire.push({ toServer: true, datagram: Uint8Array.from(datagram) }) },
      deliver: () => undefined,
    });
    this.server = new Device({
      ...shared,
      privateKey: serverKey,
      firstContact: "by-the-book",
      ...(loadThreshold === undefined ? {} : { loadThreshold }),
      sink: {
        sendDatagram: (datagram, to) => {
          if (to === CLIENT_AT) this.#wire.push({ toServer: false, datagram: Uint8Array.from(datagram) });
        },
      },
      deliver: () => {
        this.delivered++;
      },
    });
    const to = { publicKey: publicKeyOf(serverKey), endpoint: SERVER_AT, allowedIps: [prefix("10.0.0.1/32")] };
    this.peer = this.client.addPeer(to, 0);
    this.server.addPeer({ publicKey: publicKeyOf(clientKey), allowedIps: [prefix("10.0.0.2/32")] }, 0);
  }

  /** A packet of `length` bytes from the client's side, in a buffer made for it. */
  packet(length: number): Uint8Array {
    const buffer = new Uint8Array(HEADROOM + length + TAILROOM);
    buffer.set([0x45, 0, length >>> 8, length & 0xff, 0, 0, 0, 0, 64, 253, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1], HEADROOM);
    return buffer;
  }

  settle(now: number): void {
    for (let wired = this.#wire.shift(); wired !== undefined; wired = this.#wire.shift()) {
      if (wired.toServer) this.server.receive(wired.datagram, CLIENT_AT, now);
      else this.client.receive(wired.datagram, SERVER_AT, now);
    }
    this.client.endTurn(now);
    this.server.endTurn(now);
  }

  dispose(): void {
    this.client.dispose();
    this.server.dispose();
  }
}

function prefix(text: string): IpPrefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`not a prefix: ${text}`);
  return parsed;
}

/** Whole handshakes (initiation, response, confirmation), and packets through both devices; both ends in one thread. */
export async function benchHandshakes(): Promise<Row[]> {
  const pair = new DevicePair(Number.POSITIVE_INFINITY);
  let now = 0;
  const rates = Array.from({ length: ROUNDS }, () =>
    perSecond(HANDSHAKES, () => {
      now += 100;
      pair.client.initiateHandshake(pair.peer, now, { force: true });
      pair.settle(now);
    }),
  );
  if (pair.peer.stats.handshakesCompleted !== ROUNDS * HANDSHAKES) throw new Error("a handshake failed");
  const rows: Row[] = [
    agreementRow(),
    { what: "handshakes, both ends in one thread", value: median(rates), unit: "/s" },
  ];
  for (const length of [64, 1420]) rows.push(packetRow(pair, length, now));
  pair.dispose();
  return rows;
}

/** How often `work` runs in a second of processor time: a busy machine takes turns away. */
function perSecond(times: number, work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (times * 1e6) / (user + system);
}

/** One Diffie-Hellman of a handshake, by the library and by its twin in JavaScript, in turns. */
function agreementRow(): Row {
  const [privateKey, other] = [randomBytes(32), publicKeyOf(randomBytes(32))];
  const [native, plain] = [NativeKeyPair.from(privateKey), PlainKeyPair.from(privateKey)];
  const rates = Array.from({ length: ROUNDS }, () => ({
    native: perSecond(AGREEMENTS, () => native.agree(other)),
    plain: perSecond(AGREEMENTS / 10, () => plain.agree(other)),
  }));
  const [value, reference] = [median(rates.map((r) => r.native)), median(rates.map((r) => r.plain))];
  return {
    what: "X25519 agreements",
    value,
    unit: "/s",
    against: `@noble/curves ${format(reference)} /s`,
    ratio: value / reference,
  };
}

function packetRow(pair: DevicePair, length: number, now: number): Row {
  const fresh = pair.packet(length);
  const buffer = Uint8Array.from(fresh);
  const before = pair.delivered;
  const rates = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    for (let i = 0; i < PACKETS; i++) {
      // The packet was sealed where it stood.
      buffer.set(fresh.subarray(HEADROOM, HEADROOM + 20), HEADROOM);
      pair.client.encapsulate(buffer, HEADROOM, length, now);
      pair.settle(now);
    }
    return PACKETS / ((performance.now() - startedAt) / 1_000);
  });
  if (pair.delivered - before !== ROUNDS * PACKETS) throw new Error("a packet was lost");
  return { what: `device, packets of ${length} bytes sealed and opened`, value: median(rates), unit: "/s" };
}
